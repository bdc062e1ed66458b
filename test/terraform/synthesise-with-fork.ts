import { execFileSync } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { surprises } from './way-out.ts'

// Synthesises the same sources with cdktf and with cdktn, its maintained fork, and compares. It works on a copy and needs
// the registry: `node --import tsx test/terraform/synthesise-with-fork.ts`. Ends with 1 if anything but versions and the
// provider's source differs, and says where.

const overrides = `
overrides:
  cdktf: npm:cdktn@0.24.0
  cdktn: 0.24.0
  "@cdktf/provider-aws": npm:@cdktn/provider-aws@25.7.0
`

const root = fileURLToPath(new URL('../..', import.meta.url))
const copy = mkdtempSync(join(tmpdir(), 'way-out-'))
try {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const file of files.toString().split('\0')) {
    // What git lists may have been deleted since.
    if (file && existsSync(join(root, file))) cpSync(join(root, file), join(copy, file))
  }
  appendFileSync(join(copy, 'pnpm-workspace.yaml'), overrides)
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  run(copy, 'npx', '--yes', '--prefer-offline', packageManager, 'install', '--no-frozen-lockfile', '--reporter=silent')
  for (const folder of [root, copy]) run(join(folder, 'infra'), process.execPath, '--import', 'tsx', 'src/main.ts')

  const [today, tomorrow] = [root, copy].map((folder) => join(folder, 'infra', 'cdktf.out', 'stacks'))
  const stacks = readdirSync(today ?? '')
  const found = stacks.flatMap((stack) => {
    const [one, other] = [today, tomorrow].map((folder) =>
      JSON.parse(readFileSync(join(folder ?? '', stack, 'cdk.tf.json'), 'utf8')),
    )
    return surprises(one, other).map((path) => `${stack}: ${path}`)
  })
  console.log(
    found.length ? found.join('\n') : `${stacks.join(' and ')}: only versions and the provider's source differ.`,
  )
  process.exitCode = found.length ? 1 : 0
} finally {
  rmSync(copy, { recursive: true, force: true })
}

function run(cwd: string, command: string, ...args: string[]): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
}

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { startOf } from '../programs.ts'

const root = join(__dirname, '..', '..')

/** Runs plan-report as a workflow does. */
export function planReport(...options: string[]): Promise<{ code: number; markdown: string }> {
  const command = [...startOf('plan-report'), ...options]
  return new Promise((resolve) =>
    execFile(process.execPath, command, { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, markdown: stdout + stderr }),
    ),
  )
}

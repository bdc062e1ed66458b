import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { App, LocalBackend, S3Backend, type TerraformStack } from 'cdktf'

/**
 * Says where Terraform keeps the state of a stack. Always explicit: the default would write an absolute path.
 * @throws Error with the command to run, if the settings name a bucket and the state is still in a local file.
 */
export function keepState(stack: TerraformStack, { region, stateBucket }: { region: string; stateBucket?: string }) {
  const { id } = stack.node
  const key = `${id}.tfstate`
  // Terraform runs in infra/cdktf.out/stacks/<id>; the state belongs where no synth touches it, in infra/.
  const file = `terraform.${key}`
  if (stateBucket) {
    refuseLocalState(join(App.of(stack).outdir, '..', file), stateBucket, key)
    const backend = new S3Backend(stack, { bucket: stateBucket, key, region, encrypt: true })
    // The binding predates S3's own locking.
    backend.addOverride('use_lockfile', true)
  } else {
    new LocalBackend(stack, { path: `../../../${file}` })
  }
}

/**
 * In a fresh checkout, `terraform init` does not know of the local file: it would take the bucket's empty state, and plan
 * to create the whole stage a second time.
 */
function refuseLocalState(file: string, bucket: string, key: string) {
  if (!existsSync(file)) return
  throw new Error(
    `The state is still in ${file}, and stateBucket in infra/src/settings.ts is "${bucket}". Copy the state, which ` +
      'never replaces one that is there, and rename the file (docs/deploy.md):\n' +
      `aws s3api put-object --bucket ${bucket} --key ${key} --body ${file} --if-none-match '*' && mv ${file} ${file}.moved\n` +
      'If it answers PreconditionFailed, the bucket has a state already: compare the two before you rename the file.',
  )
}

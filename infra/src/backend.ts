import { LocalBackend, S3Backend, type TerraformStack } from 'cdktf'

/** Says where Terraform keeps the state of a stack. Always explicit: the default would write an absolute path. */
export function keepState(stack: TerraformStack, { region, stateBucket }: { region: string; stateBucket?: string }) {
  const { id } = stack.node
  if (stateBucket) {
    const backend = new S3Backend(stack, { bucket: stateBucket, key: `${id}.tfstate`, region, encrypt: true })
    // The binding predates S3's own locking.
    backend.addOverride('use_lockfile', true)
  } else {
    // Terraform runs in infra/cdktf.out/stacks/<id>; the state belongs where no synth touches it, in infra/.
    new LocalBackend(stack, { path: `../../../terraform.${id}.tfstate` })
  }
}

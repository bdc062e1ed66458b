import { AwsError } from '../core/aws-error.ts'
import type { StackModel } from '../core/stack-model.ts'
import { roleIn } from '../gateway/token.ts'
import { roleNamed, type Session } from '../permissions/permissions.ts'

// Environments of a function have random credentials of this form.
const ofFunction = /^local-(.+)-[0-9a-f]{16}$/

/**
 * The role whose credentials these are, and its session: that of the function whose name the access key id holds, or the one in
 * which the developer acts. Undefined for all other credentials: those are the developer's, who may do everything.
 * The returned function throws the AwsError of credentials that do not exist, if the stack has no such function or role.
 */
export function sessionOf({
  functions,
  rolePolicies,
}: Pick<StackModel, 'functions' | 'rolePolicies'>): (accessKeyId: string) => Session | undefined {
  const roles = new Map(functions.map(({ name, roleArn }) => [name, roleArn]))
  return (accessKeyId) => {
    const assumed = roleIn(accessKeyId)
    if (assumed !== undefined) {
      return { role: roleNamed({ rolePolicies }, assumed) ?? refuse(`no role ${assumed}`), name: 'developer' }
    }
    const name = ofFunction.exec(accessKeyId)?.[1]
    return name === undefined ? undefined : { role: roles.get(name) ?? refuse(`no function ${name}`), name }
  }
}

function refuse(what: string): never {
  const message = `The security token included in the request is invalid: the stack has ${what}.`
  throw new AwsError('UnrecognizedClientException', message, 403)
}

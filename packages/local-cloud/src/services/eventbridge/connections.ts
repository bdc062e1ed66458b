import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import type { Action } from '../../core/service.ts'
import type { Connection } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { jsonAction, text } from '../../gateway/input.ts'

/** What a client has set. */
interface Secret {
  header: string
  value: string
  atMs: number
}

/**
 * The connections of API destinations and their secrets. What a client sets is durable. A start applies the Terraform again:
 * it undoes that, unless Terraform ignores the secret.
 */
export class Connections {
  private constructor(
    private readonly connections: readonly Connection[],
    private readonly secrets: Map<string, Secret>,
    private readonly rows: ReturnType<typeof rowsIn>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  static async open(connections: readonly Connection[], store: Store, clock: Pick<Clock, 'now'>): Promise<Connections> {
    const rows = rowsIn(store)
    const secrets = new Map<string, Secret>()
    for (const { name, header, value, ignoresSecret } of connections) {
      const set = ignoresSecret ? await rows.get(name) : undefined
      if (!ignoresSecret) await rows.del(name)
      secrets.set(name, set ?? { header, value, atMs: clock.now() })
    }
    return new Connections(connections, secrets, rows, clock)
  }

  /** The header that proves who calls. */
  headerOf(connectionArn: string): Record<string, string> {
    const connection = this.connections.find(({ arn }) => arn === connectionArn)
    const secret = connection && this.secrets.get(connection.name)
    return secret ? { [secret.header]: secret.value } : {}
  }

  actions(): Record<string, Action> {
    return {
      DescribeConnection: jsonAction(v.object({ Name: text(1, 64) }), async ({ Name }) => {
        const { connection, secret } = this.named(Name)
        return {
          ...stateOf(connection, secret),
          Name,
          AuthorizationType: 'API_KEY',
          SecretArn: connection.secretArn,
          // As on AWS, the secret itself is not in it.
          AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: secret.header } },
        }
      }),
      UpdateConnection: jsonAction(Update, async ({ Name, AuthorizationType = 'API_KEY', AuthParameters = {} }) => {
        const { connection, secret } = this.named(Name)
        const { ApiKeyAuthParameters: given, ...others } = AuthParameters
        const [other] = Object.keys(others)
        if (AuthorizationType !== 'API_KEY' || other !== undefined) {
          const what = other ?? `the authorization type ${AuthorizationType}`
          throw new AwsError(
            'ValidationException',
            `The local cloud does not support ${what}: connections have an API key.`,
          )
        }
        const changed = {
          header: given?.ApiKeyName ?? secret.header,
          value: given?.ApiKeyValue ?? secret.value,
          atMs: this.clock.now(),
        }
        await this.rows.put(Name, changed)
        this.secrets.set(Name, changed)
        return stateOf(connection, changed)
      }),
    }
  }

  private named(name: string): { connection: Connection; secret: Secret } {
    const connection = this.connections.find((one) => one.name === name)
    const secret = this.secrets.get(name)
    if (connection && secret) return { connection, secret }
    const fault = `Failed to describe the connection(s). Connection '${name}' does not exist.`
    throw new AwsError('ResourceNotFoundException', fault)
  }
}

const headerText = v.pipe(
  text(1, 512),
  v.regex(/^[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/),
)
const Update = v.object({
  Name: text(1, 64),
  AuthorizationType: v.optional(v.string()),
  Description: v.optional(v.string()),
  AuthParameters: v.optional(
    v.looseObject({
      ApiKeyAuthParameters: v.optional(
        v.object({ ApiKeyName: v.optional(headerText), ApiKeyValue: v.optional(headerText) }),
      ),
    }),
  ),
})

const rowsIn = (store: Store) => store.sublevel<string, Secret>('connections', { valueEncoding: 'json' })

const stateOf = ({ arn }: Connection, { atMs }: Secret) => {
  const at = new Date(atMs)
  const times = { CreationTime: at, LastModifiedTime: at, LastAuthorizedTime: at }
  return { ConnectionArn: arn, ConnectionState: 'AUTHORIZED', ...times }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import type { Provider } from './computed-attributes.ts'
import { schemaOf } from './provider-schema.ts'
import { apply, filled, plan } from './resource.ts'
import { type Block, toProtocol } from './schema.ts'
import { type DynamicValue, decoded, encoded, isValues, type Values } from './value.ts'

/** The types of resources and data sources that a configuration uses. */
export interface Used {
  resources: string[]
  data: string[]
}

interface Request {
  type_name: string
  config: DynamicValue
  current_state: DynamicValue
  prior_state: DynamicValue
  proposed_new_state: DynamicValue
  planned_state: DynamicValue
  raw_state: { json: Uint8Array }
}

/**
 * A provider hashicorp/aws that Terraform can plan and apply with, and that never leaves the machine. It knows the
 * schema as the bindings give it, and makes up what AWS would. It keeps nothing: Terraform's state is all there is.
 */
export class AwsStandIn {
  private readonly server = new Server()
  private readonly folder = mkdtempSync(join(tmpdir(), 'aws-'))
  private readonly socket = join(this.folder, 'provider.sock')
  private readonly resources: Map<string, Block>
  private readonly data: Map<string, Block>
  private readonly own = schemaOf('provider')
  /** What somebody has done to a resource behind Terraform's back, until it is read the next time. */
  drift = (_type: string, values: Values): Values => values
  private provider: Provider = { region: 'us-east-1', accountId: '123456789012', defaultTags: {} }

  private constructor({ resources, data }: Used) {
    this.resources = new Map(resources.map((type) => [type, schemaOf('resource', type)]))
    this.data = new Map(data.map((type) => [type, schemaOf('data', type)]))
  }

  /** Starts to serve, for as long as this process lives or until it is stopped. */
  static async start(used: Used): Promise<AwsStandIn> {
    const standIn = new AwsStandIn(used)
    const protocol = loadPackageDefinition(
      loadSync(join(__dirname, 'tfplugin5.proto'), { keepCase: true, enums: String }),
    )
    const { Provider } = protocol.tfplugin5 as unknown as { Provider: { service: ServiceDefinition } }
    standIn.server.addService(Provider.service, standIn.answers())
    await new Promise<void>((resolve, reject) => {
      standIn.server.bindAsync(`unix:${standIn.socket}`, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      )
    })
    return standIn
  }

  stop(): void {
    this.server.forceShutdown()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** What Terraform's environment must hold, so that it uses this provider and downloads none. */
  get environment(): { TF_REATTACH_PROVIDERS: string } {
    const provider = {
      Protocol: 'grpc',
      ProtocolVersion: 5,
      Pid: process.pid,
      // A provider that Terraform did not start, and so does not stop.
      Test: true,
      Addr: { Network: 'unix', String: this.socket },
    }
    return { TF_REATTACH_PROVIDERS: JSON.stringify({ 'registry.terraform.io/hashicorp/aws': provider }) }
  }

  /** One answer for each call of the protocol. */
  private answers(): UntypedServiceImplementation {
    return answering({
      GetSchema: () => ({
        provider: { block: toProtocol(this.own) },
        resource_schemas: schemas(this.resources),
        data_source_schemas: schemas(this.data),
      }),
      PrepareProviderConfig: ({ config }) => ({ prepared_config: config }),
      Configure: ({ config }) => {
        const { region, default_tags, allowed_account_ids: allowed } = decoded(config) ?? {}
        const { accountId } = this.provider
        if (Array.isArray(allowed) && !allowed.includes(accountId)) {
          throw new Error(`AWS account ID not allowed: ${accountId}`)
        }
        const [tags] = Array.isArray(default_tags) ? default_tags : []
        const defaultTags = isValues(tags) ? (tags.tags as Record<string, string>) : {}
        this.provider = { ...this.provider, defaultTags, ...(typeof region === 'string' && { region }) }
        return {}
      },
      ValidateResourceTypeConfig: () => ({}),
      ValidateDataSourceConfig: () => ({}),
      UpgradeResourceState: ({ raw_state }) => ({
        upgraded_state: encoded(JSON.parse(Buffer.from(raw_state.json).toString())),
      }),
      ReadResource: ({ type_name, current_state }) => {
        const values = decoded(current_state)
        return { new_state: encoded(values && this.drift(type_name, values)) }
      },
      PlanResourceChange: ({ type_name, prior_state, proposed_new_state }) => {
        const [prior, proposed] = [decoded(prior_state), decoded(proposed_new_state)]
        const { planned, replace } = plan(type_name, this.resource(type_name), prior, proposed, this.provider)
        const requires_replace = replace.map((attribute_name) => ({ steps: [{ attribute_name }] }))
        return { planned_state: encoded(planned), requires_replace }
      },
      ApplyResourceChange: ({ type_name, prior_state, planned_state }) => {
        const [prior, planned] = [decoded(prior_state), decoded(planned_state)]
        return { new_state: encoded(apply(type_name, this.resource(type_name), prior, planned, this.provider)) }
      },
      ReadDataSource: ({ type_name, config }) => {
        const block = this.data.get(type_name)
        const values = decoded(config) as Values
        return { state: encoded(block ? filled(type_name, block, values, 'known', this.provider) : values) }
      },
      Stop: () => ({}),
    })
  }

  private resource(type: string): Block {
    const block = this.resources.get(type)
    if (!block) throw new Error(`The stand-in was started without ${type}.`)
    return block
  }
}

const schemas = (blocks: Map<string, Block>) =>
  Object.fromEntries([...blocks].map(([type, block]) => [type, { version: 0, block: toProtocol(block) }]))

/** Calls as gRPC makes them. What throws is Terraform's to report, with its own words. */
function answering(answers: Record<string, (request: Request) => object>): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [
      name,
      ({ request }: { request: Request }, done: (error: Error | null, response?: object) => void) => {
        try {
          done(null, answer(request))
        } catch (error) {
          done(error as Error)
        }
      },
    ]),
  )
}

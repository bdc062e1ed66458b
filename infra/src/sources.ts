import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js'
import { sourcesTable } from '@confirmation-reminder/contracts/sources-table'
import { TerraformVariable } from 'cdktf'
import { Construct } from 'constructs'
import type { LambdaFunction } from './lambda-function.ts'

interface SourcesProps {
  name: string
  registrationsPerSourceAndHour: number
}

/** How many registrations came from where within the hour, and how many may. */
export class Sources extends Construct {
  readonly environment: { SOURCES_TABLE: string; REGISTRATIONS_PER_SOURCE_AND_HOUR: string }
  private readonly table: DynamodbTable

  constructor(scope: Construct, id: string, { name, registrationsPerSourceAndHour }: SourcesProps) {
    super(scope, id)
    // Neither protected nor backed up: it holds the counts of an hour, and a backup would keep whose they were.
    this.table = new DynamodbTable(this, 'table', {
      name,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: sourcesTable.hashKey,
      attribute: [{ name: sourcesTable.hashKey, type: 'S' }],
      ttl: { attributeName: sourcesTable.ttlAttribute, enabled: true },
    })
    this.environment = {
      SOURCES_TABLE: this.table.name,
      REGISTRATIONS_PER_SOURCE_AND_HOUR: limit(scope, registrationsPerSourceAndHour),
    }
  }

  /** This function counts. It cannot read what others counted. */
  countedBy({ role }: LambdaFunction): void {
    role.may({ Action: ['dynamodb:UpdateItem'], Resource: [this.table.arn] })
  }
}

/** The limit, as a Terraform variable, so that a load test may have another without a change of the settings. */
function limit(scope: Construct, registrations: number): string {
  const variable = new TerraformVariable(scope, 'registrations_per_source_and_hour', {
    type: 'number',
    description: 'How many registrations of one IP address (IPv6: one /64) lead to anything in an hour',
    default: registrations,
  })
  return variable.stringValue
}

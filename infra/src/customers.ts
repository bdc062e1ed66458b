import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { Construct } from 'constructs'
import type { LambdaFunction } from './lambda-function.ts'

interface CustomersProps {
  name: string
  deletionProtection: boolean
}

/** The table with one item per customer. */
export class Customers extends Construct {
  readonly tableName: string
  readonly streamArn: string
  private readonly table: DynamodbTable

  constructor(scope: Construct, id: string, { name, deletionProtection }: CustomersProps) {
    super(scope, id)
    this.table = new DynamodbTable(this, 'table', {
      name,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: customersTable.hashKey,
      attribute: [{ name: customersTable.hashKey, type: 'S' }],
      ttl: { attributeName: customersTable.ttlAttribute, enabled: true },
      pointInTimeRecovery: { enabled: true },
      // Every change with the item before and after it, from which `announce` sees what happened.
      streamEnabled: true,
      streamViewType: 'NEW_AND_OLD_IMAGES',
      deletionProtectionEnabled: deletionProtection,
      // Encrypted with the key that DynamoDB owns: no one but these functions reads the table, and a key of our own
      // would cost a call per read and be one more thing whose loss loses every customer.
      lifecycle: { preventDestroy: true },
    })
    this.tableName = this.table.name
    this.streamArn = this.table.streamArn
  }

  /** These functions read and write single customers. They may not scan, query or delete. */
  writableBy(...functions: LambdaFunction[]): void {
    for (const { role } of functions) {
      role.may({ Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: [this.table.arn] })
    }
  }
}

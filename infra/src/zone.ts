import { DataAwsRoute53Zone } from '@cdktf/provider-aws/lib/data-aws-route53-zone/index.js'
import { Route53Record, type Route53RecordConfig } from '@cdktf/provider-aws/lib/route53-record/index.js'
import { Construct } from 'constructs'

/** A public hosted zone of the account. It exists: this system creates records in it, and never the zone. */
export class Zone extends Construct {
  private readonly zoneId: string

  constructor(scope: Construct, id: string, { name }: { name: string }) {
    super(scope, id)
    // A private zone of this name has the same records for no one on the internet: the plan then finds no zone, and stops.
    this.zoneId = new DataAwsRoute53Zone(this, 'zone', { name, privateZone: false }).zoneId
  }

  /** Creates a record. One of the same name and type that exists already stops the deploy, and is left as it is. */
  record(scope: Construct, id: string, record: Omit<Route53RecordConfig, 'zoneId'>): Route53Record {
    return new Route53Record(scope, id, { zoneId: this.zoneId, ...record })
  }
}

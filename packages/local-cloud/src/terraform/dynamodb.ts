import { type StreamViewType, streamViewTypes, type TableStream } from '../core/stack-model.ts'
import type { Arguments } from './arguments.ts'
import { arnOf, type Place, type ResourceTypes } from './resource-type.ts'

// On AWS it is the time when the stream was enabled. Here it stays the same from start to start, as all ARNs do.
const streamLabel = '2026-01-01T00:00:00.000'

const arnOfTable = (table: Arguments, place: Place) => arnOf(place, 'dynamodb', `table/${table.text('name')}`)

export const dynamodb: ResourceTypes = {
  aws_dynamodb_table: {
    computed: (table, place) => ({
      id: table.text('name'),
      arn: arnOfTable(table, place),
      ...(table.flag('stream_enabled') && {
        stream_arn: `${arnOfTable(table, place)}/stream/${streamLabel}`,
        stream_label: streamLabel,
      }),
    }),
    takes: [
      'name',
      'hash_key',
      'range_key',
      'attribute',
      'ttl',
      'server_side_encryption',
      'deletion_protection_enabled',
      'stream_enabled',
      'stream_view_type',
    ],
    unique: ['name'],
    // Tables have all the capacity that they are asked for.
    withoutEffect: [
      ...['billing_mode', 'read_capacity', 'write_capacity', 'on_demand_throughput', 'warm_throughput', 'table_class'],
      'point_in_time_recovery',
    ],
    add: (table, model) => {
      const ttl = table.block('ttl')
      const rangeKey = table.optionalText('range_key')
      const stream = streamOf(table)
      // With a key of the account, each caller of the table would need permissions on the key too.
      if (table.block('server_side_encryption')?.gives('enabled'))
        table.refuse('uses server_side_encryption with a key of KMS, which the local cloud does not support')
      model.tables.push({
        name: table.text('name'),
        arn: table.text('arn'),
        hashKey: table.text('hash_key'),
        ...(rangeKey && { rangeKey }),
        attributes: table.blocks('attribute').map((attribute) => {
          const type = attribute.text('type')
          if (type !== 'S' && type !== 'N' && type !== 'B') return attribute.refuse(`has the unknown type ${type}`)
          return { name: attribute.text('name'), type }
        }),
        ...(table.flag('deletion_protection_enabled') && { deletionProtected: true as const }),
        ...(stream && { stream }),
        ...(ttl?.flag('enabled') && { ttlAttribute: ttl.text('attribute_name') }),
      })
    },
  },
}

function streamOf(table: Arguments): TableStream | undefined {
  if (!table.flag('stream_enabled')) return undefined
  const viewType = table.optionalText('stream_view_type') as StreamViewType | undefined
  if (!viewType || !streamViewTypes.includes(viewType)) {
    table.refuse(`needs one of ${streamViewTypes.join(', ')} as stream_view_type`)
  }
  return { arn: table.text('stream_arn'), label: table.text('stream_label'), viewType }
}

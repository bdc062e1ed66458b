import { arnOf, type ResourceTypes } from './resource-type.ts'

export const dynamodb: ResourceTypes = {
  aws_dynamodb_table: {
    computed: (table, place) => ({
      id: table.text('name'),
      arn: arnOf(place, 'dynamodb', `table/${table.text('name')}`),
    }),
    refuses: ['global_secondary_index', 'local_secondary_index', 'stream_enabled', 'replica'],
    add: (table, model) => {
      const ttl = table.block('ttl')
      const rangeKey = table.optionalText('range_key')
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
        ...(ttl?.flag('enabled') && { ttlAttribute: ttl.text('attribute_name') }),
      })
    },
  },
}

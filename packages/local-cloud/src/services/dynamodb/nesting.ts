import { nestsTooDeepForDynamoDb } from '../../gateway/aws-json.ts'

/** An attribute value as DynamoDB writes it in JSON, such as `{"M": {"a": {"S": "b"}}}`. */
export interface Value {
  M?: Values
  L?: Value[]
  [scalar: string]: unknown
}
type Values = Record<string, Value>

/** The members of requests with values that are stored or compared. Keys are scalars. */
interface Input {
  Item?: Values
  ExpressionAttributeValues?: Values
  AttributeUpdates?: Record<string, { Value?: Value }>
  RequestItems?: Record<string, { PutRequest?: { Item?: Values } }[]>
}

// 32 levels, of which the scalar inside is one: AWS accepts 31 lists and maps around it.
const deepest = 31

/**
 * Refuses values that nest deeper than DynamoDB accepts.
 * @throws AwsError ValidationException
 */
export function checkNesting({ Item, ExpressionAttributeValues, AttributeUpdates, RequestItems }: Input): void {
  const updates = listIn(AttributeUpdates).map((update) => update?.Value)
  const puts = listIn(RequestItems).flatMap((requests) => listIn(requests).map((request) => request?.PutRequest?.Item))
  const items = [Item, ExpressionAttributeValues, ...puts]
  if ([...items.flatMap(listIn), ...updates].some((value) => isDeeperThan(deepest, value)))
    throw nestsTooDeepForDynamoDb()
}

function isDeeperThan(levels: number, value: Value | undefined): boolean {
  const within = [...listIn(value?.M), ...listIn(value?.L)]
  if (levels === 0) return within.length > 0 || Boolean(value?.M ?? value?.L)
  return within.some((inner) => isDeeperThan(levels - 1, inner))
}

/** The members of an object or an array; none of any other value, which other checks refuse. */
function listIn<T>(value: Record<string, T> | T[] | undefined): T[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : []
}

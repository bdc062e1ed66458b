import fc from 'fast-check'
import { AwsError } from '../core/aws-error.ts'
import { type List, Pagination } from './pagination.ts'

const pagination = new Pagination('InvalidNextToken', 'Invalid NextToken.')
const lists = fc.tuple(fc.constantFrom('ListMetrics', 'DescribeAlarms'), fc.jsonValue())
const invalidToken = new AwsError('InvalidNextToken', 'Invalid NextToken.')

/** All pages, the way that a client reads them. */
function pagesOf<T>(list: List, all: readonly T[], sizes: readonly number[]): T[][] {
  const pages: T[][] = []
  let token: string | undefined
  do {
    const { items, next } = pagination.page(list, all, { size: sizes[pages.length % sizes.length] ?? 1, token })
    pages.push(items)
    token = next
  } while (token !== undefined)
  return pages
}

test('the pages together are the list, and only the last one may be shorter than its size', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(lists, fc.array(fc.integer(), { maxLength: 60 }), sizes, (list, all, sizes) => {
      const pages = pagesOf(list, all, sizes)
      expect(pages.flat()).toEqual(all)
      for (const [index, page] of pages.slice(0, -1).entries())
        expect(page).toHaveLength(sizes[index % sizes.length] ?? 1)
    }),
  )
})

test('a token gives back its position', () => {
  const positions = fc.oneof(fc.nat(), fc.string(), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(lists, positions, (list, position) => {
      expect(pagination.positionOf(list, pagination.tokenOf(list, position))).toBe(String(position))
    }),
  )
})

test('without a token, a list begins at its first item', () => {
  expect(pagination.positionOf(['ListMetrics'], undefined)).toBeUndefined()
  expect(pagination.indexOf(['ListMetrics'], undefined)).toBe(0)
})

test('a token of another action or another filter is refused', () => {
  fc.assert(
    fc.property(lists, lists, fc.nat(), (list, other, position) => {
      fc.pre(JSON.stringify(list) !== JSON.stringify(other))
      expect(() => pagination.positionOf(other, pagination.tokenOf(list, position))).toThrow(invalidToken)
    }),
  )
})

test('a text that is not a token is refused, and so is a token that was changed', () => {
  const token = pagination.tokenOf(['ListMetrics'], 100)
  const changed = fc
    .tuple(fc.nat({ max: token.length - 1 }), fc.string({ minLength: 0, maxLength: 2 }))
    .map(([at, text]) => `${token.slice(0, at)}${text}${token.slice(at + 1)}`)
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), changed), (text) => {
      fc.pre(text !== token)
      expect(() => pagination.indexOf(['ListMetrics'], text)).toThrow(AwsError)
    }),
  )
})

test.each(['-1', '1.5', 'x', '9007199254740992'])('the position %j is not an index', (position) => {
  const list: List = ['ListMetrics']
  const refused = () => pagination.indexOf(list, pagination.tokenOf(list, position))
  expect(refused).toThrow(invalidToken)
})

import { figures } from './price-figures.ts'
import { type Figure, type Priced, type Product, products } from './products.ts'

/** What so many of something cost in a month, in US dollars. */
export function priceOf(what: Priced, amount: number): number {
  const { per, free = 0 }: Product = products[what]
  return (Math.max(0, amount - free) / per) * figures[what].usd
}

/** The prices that were not read in AWS's price list of the Region. */
export function unread(prices: Record<Priced, Figure> = figures): Priced[] {
  return (Object.keys(products) as Priced[]).filter((what) => prices[what].published === undefined)
}

/** When AWS published the oldest of the price lists that the figures are from, as a day. */
export function oldestPublication(prices: Record<Priced, Figure> = figures): string {
  return (
    Object.values(prices)
      .flatMap(({ published }) => published ?? [])
      .sort()[0] ?? 'an unknown day'
  )
}

import * as v from 'valibot'
import { type Figure, type Priced, type Product, products, region } from './products.ts'

/** AWS's public Price List bulk API: no credentials, one offer file for each service and Region. */
export const priceListApi = 'https://pricing.us-east-1.amazonaws.com'

const Dimension = v.object({ beginRange: v.string(), pricePerUnit: v.object({ USD: v.optional(v.string()) }) })
const Offer = v.object({
  publicationDate: v.string(),
  products: v.record(v.string(), v.object({ attributes: v.optional(v.record(v.string(), v.string()), {}) })),
  terms: v.object({
    OnDemand: v.optional(
      v.record(v.string(), v.record(v.string(), v.object({ priceDimensions: v.record(v.string(), Dimension) }))),
      {},
    ),
  }),
})
type Offer = v.InferOutput<typeof Offer>

/**
 * Reads every price from AWS's price list. A product that a list does not have keeps its figure, which is then marked as
 * not read.
 * @param current the figures until now
 * @returns the figures, and one sentence for each product that a list does not have
 * @throws Error in one sentence where a list cannot be read
 */
export async function refreshedPrices(
  current: Record<Priced, Figure>,
  api = priceListApi,
): Promise<{ figures: Record<Priced, Figure>; missing: string[] }> {
  const lists = new Set(Object.values(products).map(listOf))
  const offers = new Map(await Promise.all([...lists].map(async (list) => [list, await offerIn(list, api)] as const)))
  const missing: string[] = []
  const read = (Object.keys(products) as Priced[]).map((what): [Priced, Figure] => {
    const { service, usageType, per, global }: Product = products[what]
    const offer = offers.get(listOf(products[what]))
    const usd = offer && dollarsPerUnit(offer, usageType)
    if (offer && usd !== undefined) {
      // Without the noise of binary fractions: 0.0000007050 × 1,000,000 is 0.705.
      return [what, { usd: Number((usd * per).toPrecision(10)), published: offer.publicationDate.slice(0, 10) }]
    }
    missing.push(
      `The price list of ${service} in ${global ? 'all Regions' : region} has no single price of ${usageType}: ${what} stays as it is.`,
    )
    const { published: _, ...rest } = current[what]
    return [what, rest]
  })
  return { figures: Object.fromEntries(read) as Record<Priced, Figure>, missing }
}

/** Where the price list is that has a product. */
const listOf = ({ service, global }: Product) => `${service}/current/${global ? '' : `${region}/`}index.json`

async function offerIn(list: string, api: string): Promise<Offer> {
  const url = `${api}/offers/v1.0/aws/${list}`
  const response = await fetch(url).catch((error: Error) => {
    const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException
    throw new Error(`AWS's price list cannot be reached (${code ?? message}): ${url}`)
  })
  if (!response.ok) throw new Error(`AWS's price list answers ${response.status}: ${url}`)
  const offer = v.safeParse(Offer, await response.json().catch(() => undefined))
  if (!offer.success) throw new Error(`AWS's price list is not in the expected format: ${url}`)
  return offer.output
}

/** The first price above the free tier; undefined where no product has the usage type, or several differ. */
function dollarsPerUnit({ products, terms }: Offer, usageType: string): number | undefined {
  const prices = Object.entries(products)
    .filter(([, { attributes }]) => attributes.usagetype === usageType)
    .flatMap(([sku]) => {
      const tiers = Object.values(terms.OnDemand[sku] ?? {}).flatMap(({ priceDimensions }) =>
        Object.values(priceDimensions),
      )
      const paid = tiers
        .map(({ beginRange, pricePerUnit }) => ({ from: Number(beginRange), usd: Number(pricePerUnit.USD) }))
        .filter(({ usd }) => usd > 0)
        .sort((one, other) => one.from - other.from)
      return paid[0]?.usd ?? []
    })
  return new Set(prices).size === 1 ? prices[0] : undefined
}

/** The file of the figures, as this repository formats it. */
export function fileOf(figures: Record<Priced, Figure>): string {
  const lines = Object.entries(figures).map(([what, { usd, published, readIn }]) => {
    const parts = [
      `usd: ${plain(usd)}`,
      ...(published ? [`published: '${published}'`] : []),
      ...(readIn ? [`readIn: '${readIn}'`] : []),
    ]
    return `  ${what}: { ${parts.join(', ')} },`
  })
  return [
    "import type { Figure, Priced } from './products.ts'",
    '',
    "// Written by `npm run prices` from AWS's Price List bulk API. A figure without `published` was not found in it.",
    'export const figures: Record<Priced, Figure> = {',
    ...lines,
    '}',
    '',
  ].join('\n')
}

/** A number without an exponent. */
const plain = (usd: number) => usd.toFixed(12).replace(/\.?0+$/, '')

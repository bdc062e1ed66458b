import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { figures } from './price-figures.ts'
import { unread } from './price-list.ts'
import { type Priced, type Product, products } from './products.ts'
import { fileOf, refreshedPrices } from './refresh-prices.ts'

/** An offer file in the shape of AWS's: products by SKU, and for each its terms with their tiers. */
function offer(prices: [usageType: string, ...tiers: [from: string, usd: string][]][]): object {
  return {
    formatVersion: 'v1.0',
    disclaimer: 'This pricing list is for informational purposes only.',
    publicationDate: '2026-11-20T12:44:25Z',
    products: Object.fromEntries(
      prices.map(([usagetype], n) => [`SKU${n}`, { sku: `SKU${n}`, productFamily: 'Any', attributes: { usagetype } }]),
    ),
    terms: {
      OnDemand: Object.fromEntries(
        prices.map(([, ...tiers], n) => [
          `SKU${n}`,
          {
            [`SKU${n}.JRTCKXETXF`]: {
              offerTermCode: 'JRTCKXETXF',
              priceDimensions: Object.fromEntries(
                tiers.map(([beginRange, USD], tier) => [
                  `SKU${n}.JRTCKXETXF.${tier}`,
                  { unit: 'Any', beginRange, endRange: 'Inf', description: 'Any', pricePerUnit: { USD } },
                ]),
              ),
            },
          },
        ]),
      ),
    },
  }
}

let answers: Map<string, object>
let server: Server
let api: string
let folder: string

beforeEach(async () => {
  const services = new Map<string, [string, [string, string]][]>()
  for (const [what, { service, global, usageType, per }] of Object.entries<Product>(products)) {
    const usd = figures[what as Priced].usd / per
    const list = global ? `${service} everywhere` : service
    services.set(list, [...(services.get(list) ?? []), [usageType, ['0', usd.toFixed(12)]]])
  }
  answers = new Map([...services].map(([service, prices]) => [service, offer(prices)]))
  server = createServer((request, response) => {
    const [, service = '', place] =
      /^\/offers\/v1\.0\/aws\/(\w+)\/current\/(eu-west-1\/)?index\.json$/.exec(request.url ?? '') ?? []
    const answer = answers.get(place ? service : `${service} everywhere`)
    response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  folder = mkdtempSync(join(tmpdir(), 'prices-'))
})
afterEach(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

test('every price is read from its offer file, with the day of its publication', async () => {
  const refreshed = await refreshedPrices(figures, api)
  expect(refreshed.missing).toEqual([])
  expect(unread(refreshed.figures)).toEqual([])
  for (const [what, { usd }] of Object.entries(figures)) {
    expect(refreshed.figures[what as Priced]).toEqual({ usd, published: '2026-11-20' })
  }
})

test('the first tier that costs something counts, in any order of the tiers', async () => {
  answers.set(
    'AmazonSNS',
    offer([['EU-Requests-Tier1', ['2000000', '0.0000004'], ['1000000', '0.0000006'], ['0', '0']]]),
  )
  expect((await refreshedPrices(figures, api)).figures.publication.usd).toBe(0.6)
})

test.each([
  ['no product', []],
  [
    'two products at two prices',
    [
      ['EU-Requests-Tier1', ['0', '0.1']],
      ['EU-Requests-Tier1', ['0', '0.2']],
    ],
  ],
] as [string, [string, [string, string]][]][])(
  '%s of the usage type leaves the figure, as not read',
  async (_, prices) => {
    answers.set('AmazonSNS', offer(prices))
    const refreshed = await refreshedPrices(figures, api)
    expect(refreshed.missing).toEqual([
      'The price list of AmazonSNS in eu-west-1 has no single price of EU-Requests-Tier1: publication stays as it is.',
    ])
    expect(refreshed.figures.publication.usd).toBe(figures.publication.usd)
    expect(unread(refreshed.figures)).toEqual(['publication'])
  },
)

test('of what costs the same everywhere, the list of all Regions counts', async () => {
  answers.set('AmazonCloudWatch everywhere', offer([['DashboardsUsageHour-Basic', ['0', '0'], ['3', '4']]]))
  answers.delete('AmazonRoute53 everywhere')
  await expect(refreshedPrices(figures, api)).rejects.toThrow(/answers 404: .*\/AmazonRoute53\/current\/index\.json/)
  answers.set('AmazonRoute53 everywhere', offer([]))
  const refreshed = await refreshedPrices(figures, api)
  expect(refreshed.figures.dashboardMonth.usd).toBe(4)
  expect(refreshed.missing).toEqual([
    'The price list of AmazonRoute53 in all Regions has no single price of DNS-Queries: dnsQuery stays as it is.',
  ])
})

test('a list that cannot be read ends in one sentence, with its address', async () => {
  answers.set('awskms', { publicationDate: 1 })
  await expect(refreshedPrices(figures, api)).rejects.toThrow(/not in the expected format: .*awskms/)
  answers.delete('awskms')
  await expect(refreshedPrices(figures, api)).rejects.toThrow(/answers 404: .*awskms/)
  await expect(refreshedPrices(figures, 'http://127.0.0.1:1')).rejects.toThrow(/cannot be reached \(.+\): http/)
})

test('the script writes the file, and says in one sentence that the network is not there', async () => {
  const file = join(folder, 'price-figures.ts')
  const run = (from: string) =>
    new Promise<{ status: number | null; stderr: string }>((resolve) => {
      const env = { ...process.env, PRICE_LIST_API: from, PRICE_FIGURES: file }
      const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'prices-main.ts')], { env })
      let stderr = ''
      child.stderr.on('data', (chunk) => {
        stderr += chunk
      })
      child.on('close', (status) => resolve({ status, stderr }))
    })
  expect(await run(api)).toEqual({ status: 0, stderr: '' })
  expect(readFileSync(file, 'utf8')).toBe(fileOf((await refreshedPrices(figures, api)).figures))
  const { status, stderr } = await run('http://127.0.0.1:1')
  expect(status).toBe(1)
  expect(stderr).toMatch(/^prices: AWS's price list cannot be reached \(.+\): http.*\n$/)
})

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { figures } from './price-figures.ts'
import { help, readOptions } from './prices-options.ts'
import { fileOf, priceListApi, refreshedPrices } from './refresh-prices.ts'

surviveLostOutput()

/** `npm run prices`: reads the prices from AWS's price list, and writes them into price-figures.ts. */
async function main(): Promise<void> {
  if (readOptions(process.argv.slice(2)).help) return console.log(help)
  const refreshed = await refreshedPrices(figures, process.env.PRICE_LIST_API ?? priceListApi)
  writeFileSync(
    process.env.PRICE_FIGURES ?? fileURLToPath(new URL('price-figures.ts', import.meta.url)),
    fileOf(refreshed.figures),
  )
  for (const sentence of refreshed.missing) console.error(sentence)
}

main().catch((error: Error) => {
  console.error(`prices: ${error.message}`)
  process.exitCode = error instanceof UsageError ? error.exitCode : 1
})

import { gzipSync } from 'node:zlib'
import { bundleConsole } from './bundle.ts'

test('the page is small, loads nothing from elsewhere, and has the same names for the same bytes', async () => {
  const bundle = await bundleConsole()
  const { script, style } = bundle
  expect(script.name).toMatch(/^[0-9a-f]{16}\.js$/)
  expect(style.name).toMatch(/^[0-9a-f]{16}\.css$/)
  expect(gzipSync(script.body).length + gzipSync(style.body).length).toBeLessThan(100_000)
  expect(Buffer.from(style.body).toString()).not.toMatch(/url\(["']?https?:/)
  expect(await bundleConsole()).toEqual(bundle)
})

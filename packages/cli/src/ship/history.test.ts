import { remarked, versionBefore } from './history.ts'

test('the previous version is recorded, also with a long description', () => {
  for (const description of ['reminder 0.3.0', 'x'.repeat(256)]) {
    const written = versionBefore.write(description, '12')
    expect(written.length).toBeLessThanOrEqual(256)
    expect(versionBefore.read(written)).toBe('12')
  }
  expect(versionBefore.read('reminder 0.3.0')).toBeUndefined()
})

test('a remark fits into the limit of Lambda', () => {
  expect(remarked('short', ', rolled back')).toBe('short, rolled back')
  expect(remarked('x'.repeat(256), ', rolled back')).toMatch(/^x{243}, rolled back$/)
})

import { remarked, versionBefore } from './history.ts'

test('the version before is remembered, however much a version says of itself', () => {
  for (const description of ['reminder 0.3.0', 'x'.repeat(256)]) {
    const written = versionBefore.write(description, '12')
    expect(written.length).toBeLessThanOrEqual(256)
    expect(versionBefore.read(written)).toBe('12')
  }
  expect(versionBefore.read('reminder 0.3.0')).toBeUndefined()
})

test('a remark fits into what Lambda takes', () => {
  expect(remarked('short', ', rolled back')).toBe('short, rolled back')
  expect(remarked('x'.repeat(256), ', rolled back')).toMatch(/^x{243}, rolled back$/)
})

import { attackWith, protocols } from '../attack/requests.ts'
import { LocalCloud } from '../local-cloud.ts'

// `npm run attack -- requests --cases 20000` sends as many as it says.
const cases = 300

let cloud: LocalCloud
beforeAll(async () => {
  cloud = await LocalCloud.start()
})
afterAll(() => cloud?.dispose())

test.each(protocols)(
  'malformed requests in the protocol %s are refused, and a good one is answered after them',
  async (protocol) => {
    const { sent, statuses, wrongs } = await attackWith(protocol, cloud, { cases, seed: 1 })
    expect(wrongs).toEqual([])
    expect(sent).toBe(cases)
    expect(statuses.size).toBeGreaterThan(2)
  },
)

import { createHash } from 'node:crypto'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { stages } from '@confirmation-reminder/contracts/stages'
import { v3, v5 } from 'uuid'
import { LocalCloud, type Mail, tokenIn } from '../local-cloud.ts'
import { registerUntilAccepted } from '../register-all.ts'

let cloud: LocalCloud
beforeAll(async () => {
  cloud = await LocalCloud.start()
})
afterAll(() => cloud?.dispose())

const register = async (...addresses: string[]) => {
  for (const address of addresses) expect((await cloud.register(address)).status).toBe(202)
}
/** The mails to an address in any spelling. */
const mailsTo = async (address: string) =>
  (await cloud.mails()).filter(({ to }) => to.some((one) => one.toLowerCase() === address.toLowerCase()))
const customerOf = (mail: Mail) => tokenIn(mail).split('.')[0] ?? ''
const withdraw = (mail: Mail) =>
  fetch(`${cloud.apiUrl}/withdraw`, { method: 'POST', body: new URLSearchParams({ token: tokenIn(mail) }) })

/** All spellings of a word by case. */
function spellingsOf(word: string): string[] {
  const [letter, ...rest] = word
  if (letter === undefined) return ['']
  return spellingsOf(rest.join('')).flatMap((end) => [letter + end, letter.toUpperCase() + end])
}

test('five spellings by case within a minute are one customer: one mail, and one reminder', async () => {
  const spellings = ['vera', 'Vera', 'VERA', 'vErA', 'VeRa'].map((local) => `${local}@example.com`)
  await register(...spellings)
  expect((await mailsTo('vera@example.com')).map(({ to }) => to)).toEqual([['vera@example.com']])
  await cloud.skipDays(1)
  expect((await mailsTo('vera@example.com')).map(({ to }) => to)).toEqual([['vera@example.com'], ['vera@example.com']])
})

test('thirty-two spellings at the same time bring one mail', async () => {
  const spellings = spellingsOf('quinn').map((local) => `${local}@example.com`)
  expect(spellings).toHaveLength(32)
  await Promise.all(spellings.map((address) => registerUntilAccepted(cloud, address)))
  expect(await mailsTo('quinn@example.com')).toHaveLength(1)
})

test('mail goes to the spelling of the first registration, also when another spelling registers again', async () => {
  await register('Tom.Smith@EXAMPLE.com')
  await cloud.skip(61)
  await register('tom.smith@example.com')
  expect((await mailsTo('tom.smith@example.com')).flatMap(({ to }) => to)).toEqual(
    Array(2).fill('Tom.Smith@example.com'),
  )
})

test('a capital letter does not undo a withdrawal', async () => {
  await register('wanda@example.com')
  const [mail] = (await mailsTo('wanda@example.com')) as [Mail]
  expect((await withdraw(mail)).status).toBe(200)
  await register('wanda@example.com', 'Wanda@example.com', 'WANDA@example.com')
  await cloud.skipDays(1)
  expect(await mailsTo('wanda@example.com')).toEqual([mail])
})

test.each(['complaint', 'bounce'])('a capital letter does not undo a %s', async (kind) => {
  const address = `${kind}+bea@simulator.amazonses.com`
  await register(address)
  await cloud.skip(60)
  await register(address, address.toUpperCase(), `${kind}+Bea@simulator.amazonses.com`)
  await cloud.skipDays(1)
  expect((await mailsTo(address)).map(({ to }) => to)).toEqual([[address]])
})

test('a customer who confirmed is confirmed in every spelling', async () => {
  await register('rosa@example.com')
  const [mail] = (await mailsTo('rosa@example.com')) as [Mail]
  expect((await cloud.confirm(tokenIn(mail))).status).toBe(200)
  await cloud.skip(61)
  await register('ROSA@example.com')
  const [, again] = await mailsTo('rosa@example.com')
  expect(again?.subject).toContain('already confirmed')
})

test('no id in a log, a run or a mail can be computed from an address and the public source', async () => {
  const addresses = [...new Set((await cloud.mails()).flatMap(({ to }) => to))]
  const namespaces = [v5.DNS, v5.URL, ...stages.map((stage) => v5(`${stage}.confirmation-reminder`, v5.DNS))]
  const computable = addresses
    .flatMap((address) => [address, address.toLowerCase(), `customer:${address.toLowerCase()}`])
    .flatMap((text) => [
      ...namespaces.flatMap((namespace) => [v5(text, namespace), v3(text, namespace)]),
      ...['md5', 'sha1', 'sha256', 'sha512'].map((hash) => createHash(hash).update(text).digest('hex').slice(0, 12)),
    ])
  const dynamodb = new DynamoDBClient(cloud.client)
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: resourceName('dev', 'customers') }))
  const secret = Items.find(({ customerId }) => customerId?.S === 'stage-key')?.secret?.S ?? ''
  const shown = cloud.output + JSON.stringify(await cloud.mails())
  for (const mail of await mailsTo('vera@example.com')) expect(cloud.output).toContain(customerOf(mail))
  expect(secret).toHaveLength(43)
  expect([...computable, secret].filter((one) => shown.includes(one))).toEqual([])
})

describe('the key of a stage', () => {
  let fresh: LocalCloud
  beforeEach(async () => {
    fresh = await LocalCloud.start()
  })
  afterEach(() => fresh?.dispose())

  const customerIn = async (where: LocalCloud, address: string) => {
    const [mail] = (await where.mails(address)) as [Mail]
    return customerOf(mail)
  }

  test('differs in every stage, and survives a kill', async () => {
    await fresh.register('vera@example.com')
    const id = await customerIn(fresh, 'vera@example.com')
    expect(id).not.toBe(await customerIn(cloud, 'vera@example.com'))
    await fresh.kill()
    await fresh.start()
    await fresh.register('VERA@example.com')
    expect(await fresh.mails()).toHaveLength(1)
  })

  test('is the same for all first registrations at the same time', async () => {
    const spellings = spellingsOf('vera').map((local) => `${local}@example.com`)
    expect(spellings).toHaveLength(16)
    await Promise.all(spellings.map((address) => registerUntilAccepted(fresh, address)))
    expect(await fresh.mails()).toHaveLength(1)
  })

  test.each(['beforeEffect', 'afterEffect'])(
    'is stored before anything is acknowledged: a crash %s loses nothing',
    async (when) => {
      const rule = { service: 'dynamodb', action: 'PutItem', kind: 'crashCaller', when, match: 'stage-key', times: 1 }
      await fresh.control('PUT', 'faults', [rule])
      expect((await fresh.register('vera@example.com')).status).toBe(500)
      expect((await fresh.register('vera@example.com')).status).toBe(202)
      await fresh.kill()
      await fresh.start()
      await fresh.register('Vera@example.com')
      await fresh.skipDays(1)
      expect((await fresh.mails()).map(({ to }) => to)).toEqual(Array(2).fill(['vera@example.com']))
    },
  )
})

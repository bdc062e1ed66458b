import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { resourceName } from '@confirmation-reminder/contracts/names'
import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core'
import { newPage, openBrowser } from '../browser.ts'
import { LocalCloud, linkIn, type Mail } from '../local-cloud.ts'
import { registerAll } from '../register-all.ts'
import { stackOf } from '../synthesise.ts'

/*
 * Only a person can consent: what a browser does by itself or for a script never confirms, the first gesture of a person
 * does. The tests read the state from the customers' table.
 */

let browser: Browser
let cloud: LocalCloud
beforeAll(async () => {
  ;[browser, cloud] = await Promise.all([openBrowser(), LocalCloud.start()])
  await registerVisitors(cloud, 60)
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})
afterAll(async () => {
  await browser?.close()
  await cloud?.dispose()
})

/** The addresses that are registered and have not visited yet. */
const waiting = new Map<LocalCloud, string[]>()

/** Registers visitors for all tests at once: alone, each would wait half a second for its answer. */
async function registerVisitors(at: LocalCloud, count: number): Promise<void> {
  const emails = Array.from({ length: count }, (_, n) => `visitor-${n}@example.com`)
  await registerAll(at, emails)
  waiting.set(at, emails)
}

/** A registered person who opens the link of their mail. */
async function visitor(
  options: BrowserContextOptions = {},
  at = cloud,
  prepare: (page: Page) => Promise<unknown> = async () => {},
) {
  const { link, customerId } = await registered(at)
  const page = await newPage(browser, options)
  const requests: Request[] = []
  page.context().on('request', (request) => requests.push(request))
  await prepare(page)
  await page.goto(link)
  return {
    page,
    link,
    /** How the person confirmed, by each request that the page posted and its policy allowed. */
    posts: () =>
      requests
        .filter((request) => request.method() === 'POST' && request.failure()?.errorText !== 'csp')
        .map((request) => new URLSearchParams(request.postData() ?? '').get('by') ?? 'unsaid'),
    /** How the consent was given, or the state of a customer without one. */
    consent: () => consentOf(customerId, at),
    /** Loads the page again. By then the page before has sent all that it would send. */
    settle: () => page.goto(link),
  }
}

async function registered(at = cloud) {
  const email = waiting.get(at)?.pop()
  if (!email) throw new Error('No registered address is left: let registerVisitors register more.')
  const [mail] = (await at.mails(email)) as [Mail]
  const link = linkIn(mail).href
  return { link, customerId: new URL(link).searchParams.get('token')?.split('.')[0] ?? '' }
}

async function consentOf(customerId: string, at = cloud): Promise<string | undefined> {
  const { Item } = await new DynamoDBClient(at.client).send(
    new GetItemCommand({ TableName: resourceName('dev', 'customers'), Key: { customerId: { S: customerId } } }),
  )
  return Item?.state?.S === 'CONFIRMED' ? Item.consent?.M?.answered?.M?.by?.S : Item?.state?.S
}

const isDone = (page: Page) => page.getByText('Your email address is confirmed').waitFor()
const touch = { hasTouch: true, isMobile: true, viewport: { width: 375, height: 667 } }
const corner = [3, 3] as const

/** What a person does, under the name that the consent then records. */
const gestures: Record<string, (page: Page) => Promise<void>> = {
  'touch: a tap anywhere': (page) => page.touchscreen.tap(...corner),
  'pointer: a click anywhere': (page) => page.mouse.click(0, 0),
  'pointer: a movement of the mouse': async (page) => {
    await page.mouse.move(100, 100)
    await page.mouse.move(104, 103)
  },
  'wheel: a turn of the wheel': (page) => page.mouse.wheel(0, 120),
  'key: a letter': (page) => page.keyboard.press('a'),
  'key: Enter': (page) => page.keyboard.press('Enter'),
  'key: the space bar': (page) => page.keyboard.press('Space'),
  'key: a key that scrolls': (page) => page.keyboard.press('ArrowDown'),
  'button: Tab and Enter': async (page) => {
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
  },
  'button: Tab and the space bar': async (page) => {
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
  },
  'button: a tap on it, by touch': (page) => page.tap('button'),
}

/** What a script does without sending the form. */
const scripts = {
  'events of every kind': `{
    const kinds = {
      PointerEvent: 'pointerover pointerenter pointerdown pointermove pointerup pointercancel auxclick contextmenu',
      MouseEvent: 'mouseover mousedown mousemove mouseup dblclick',
      TouchEvent: 'touchstart touchmove touchend',
      KeyboardEvent: 'keydown keypress keyup',
      WheelEvent: 'wheel mousewheel',
      InputEvent: 'beforeinput input',
      SubmitEvent: 'submit',
      FocusEvent: 'focus focusin blur',
      Event: 'scroll scrollend change load DOMContentLoaded pageshow visibilitychange resize',
    }
    const init = { bubbles: true, cancelable: true, composed: true, key: 'Enter', pointerType: 'touch', deltaY: 100 }
    for (const [kind, types] of Object.entries(kinds)) for (const type of types.split(' ')) {
      for (const target of [window, document, document.body, document.forms[0], document.querySelector('button')]) {
        for (const screenX of [1, 200]) target.dispatchEvent(new (self[kind] ?? Event)(type, { ...init, screenX }))
      }
    }
    for (const target of [window, document, document.body]) target.dispatchEvent(new MouseEvent('click', init))
  }`,
  'an event that says that it is trusted': `{
    const event = new PointerEvent('pointerdown', { bubbles: true })
    try { Object.defineProperty(event, 'isTrusted', { value: true }) } catch {}
    document.body.dispatchEvent(event)
  }`,
  'to scroll': `
    document.body.style.height = '9000px'
    scrollTo(0, 4000), scrollBy(0, 100), document.forms[0].scrollIntoView(), location.hash = 'status'`,
  'focus, selection, print and fullscreen': `
    document.querySelector('button').focus(), window.focus(), getSelection().selectAllChildren(document.body), print()
    document.documentElement.requestFullscreen().catch(() => {})`,
  'another window and back': `{ const other = open('about:blank'); other?.focus(); other?.close(); window.focus() }`,
  'fetch, a beacon and XMLHttpRequest': `{
    const body = new URLSearchParams(new FormData(document.forms[0]))
    body.set('by', 'button')
    fetch('confirm', { method: 'POST', body }).catch(() => {})
    navigator.sendBeacon('confirm', body)
    const request = new XMLHttpRequest()
    request.open('POST', 'confirm')
    request.send(body)
  }`,
}

/** How a script sends the form. */
const submissions = {
  'form.submit()': 'document.forms[0].submit()',
  'requestSubmit()': 'document.forms[0].requestSubmit()',
  'requestSubmit(button)': `document.forms[0].requestSubmit(document.querySelector('button'))`,
  'button.click()': `document.querySelector('button').click()`,
  'an event click': `document.querySelector('button').dispatchEvent(new MouseEvent('click', { bubbles: true }))`,
}

/** The status of the response to a form that a script submits, once its page has loaded. */
async function answerToScript(page: Page, script: string): Promise<number> {
  const answer = page.waitForResponse((response) => response.request().method() === 'POST')
  const shown = page.waitForEvent('load')
  await page.evaluate(`setTimeout(() => {${script}})`)
  await shown
  return (await answer).status()
}

describe('a browser without a person', () => {
  test('may wait for an hour with all scripts, timers and frames running', async () => {
    const { page, posts, consent, settle } = await visitor({}, cloud, (page) => page.clock.install())
    await page.clock.runFor('01:00:00')
    await page.clock.fastForward('24:00:00')
    await settle()
    expect(posts()).toEqual([])
    expect(await consent()).toBe('PENDING')
  })

  test.each(Object.entries(scripts))('may run a script that tries %s', async (_, script) => {
    const { page, posts, consent, settle } = await visitor()
    await page.evaluate(script)
    await page.evaluate('new Promise((ready) => requestAnimationFrame(() => setTimeout(ready)))')
    await settle()
    expect(posts()).toEqual([])
    expect(await consent()).toBe('PENDING')
  })

  test.each(Object.entries(submissions))('may have a script send the form by %s: refused', async (_, script) => {
    const { page, posts, consent, settle } = await visitor()
    expect(await answerToScript(page, script)).toBe(400)
    expect(await consent()).toBe('PENDING')
    await settle()
    expect(new Set(posts())).toEqual(new Set(['']))
  })

  test('may have a pointer that rests where the page opens', async () => {
    // Most new pages receive a movement from the corner, but not all.
    for (let fresh = 0; fresh < 4; fresh++) {
      const { page, posts, consent, settle } = await visitor()
      for (let again = 0; again < 3; again++) await page.mouse.move(200, 200)
      await settle()
      await page.mouse.move(200, 200)
      await settle()
      expect(posts()).toEqual([])
      expect(await consent()).toBe('PENDING')
    }
  })

  test('may fetch and render the page ahead', async () => {
    const { link, customerId } = await registered()
    const page = await browser.newPage()
    const inbox = new URL('/inbox', link).href
    const rules = JSON.stringify({ prerender: [{ urls: [link], eagerness: 'immediate' }] })
    const body = `<link rel="prefetch" href="${link}"><script type="speculationrules">${rules}</script><iframe src="${link}"></iframe>`
    await page.route(inbox, (route) => route.fulfill({ contentType: 'text/html', body }))
    const fetched = page.waitForRequest((request) => request.url() === link)
    await page.goto(inbox)
    await fetched
    await page.mouse.click(20, 20)
    await page.goto(link)
    expect(await consentOf(customerId)).toBe('PENDING')
  })

  test('may receive every gesture while the page is hidden, and show it afterwards', async () => {
    const hide = (page: Page) =>
      page.addInitScript(`Object.defineProperty(document, 'visibilityState', { get: () => self.shown ?? 'hidden' })`)
    const { page, posts, consent } = await visitor(touch, cloud, hide)
    for (const [name, gesture] of Object.entries(gestures)) if (!name.startsWith('button')) await gesture(page)
    await page.evaluate(`self.shown = 'visible'; document.dispatchEvent(new Event('visibilitychange'))`)
    await page.evaluate('new Promise((ready) => requestAnimationFrame(() => setTimeout(ready)))')
    expect(posts()).toEqual([])
    expect(await consent()).toBe('PENDING')
    await page.keyboard.press('a')
    await isDone(page)
    expect(await consent()).toBe('key')
  })
})

describe('the first gesture of a person confirms, and the consent names it', () => {
  test.each(Object.entries(gestures))('%s', async (name, gesture) => {
    const { page, posts, consent } = await visitor(name.includes('touch') ? touch : {})
    await gesture(page)
    await isDone(page)
    const by = name.split(':')[0]
    expect(posts()).toEqual([by])
    expect(await consent()).toBe(by)
  })

  test.each([
    'Tab',
    'Shift+Tab',
    'Escape',
    'Shift',
    'Control',
    'Alt',
    'Meta',
    'CapsLock',
    'F1',
    'F12',
    'Control+c',
    'Alt+ArrowUp',
  ])('but %s does not', async (key) => {
    const { page, posts, consent, settle } = await visitor()
    await page.keyboard.press(key)
    await settle()
    expect(posts()).toEqual([])
    expect(await consent()).toBe('PENDING')
  })

  test('two taps confirm once', async () => {
    const { page, posts, consent } = await visitor(touch)
    let release = () => {}
    const both = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/confirm', async (route) => {
      await both
      await route.continue()
    })
    await page.touchscreen.tap(...corner)
    await page.touchscreen.tap(...corner)
    release()
    await isDone(page)
    expect(posts()).toEqual(['touch'])
    expect(await consent()).toBe('touch')
  })

  test('after an error the button of the page still works', async () => {
    const { page, posts, consent } = await visitor()
    await page.route('**/confirm', (route) => route.fulfill({ status: 503, body: 'Not now.' }), { times: 1 })
    await page.keyboard.press('a')
    await page.getByText('Not now.').waitFor()
    await page.goBack()
    expect(await consent()).toBe('PENDING')
    await page.locator('button').press('Enter')
    await isDone(page)
    expect(posts()).toEqual(['key', 'button'])
  })
})

describe('without JavaScript', () => {
  test('the button confirms, and nothing else', async () => {
    const { page, posts, consent } = await visitor({ javaScriptEnabled: false })
    await page.mouse.click(...corner)
    await page.mouse.wheel(0, 100)
    await page.keyboard.press('a')
    expect(await page.getByText('move the mouse').count()).toBe(0)
    expect(await consent()).toBe('PENDING')
    await page.click('button')
    await isDone(page)
    expect(posts()).toEqual(['unsaid'])
    expect(await consent()).toBe('button')
  })
})

test('the page that withdraws waits for its button, and no other gesture withdraws', async () => {
  const { page, link, posts, consent } = await visitor(touch)
  const other = link.replace('/confirm?', '/withdraw?')
  await page.goto(other)
  for (const [name, gesture] of Object.entries(gestures)) if (!name.startsWith('button')) await gesture(page)
  await page.goto(other)
  expect(posts()).toEqual([])
  expect(await consent()).toBe('PENDING')
  await page.tap('button')
  await page.getByText('Your email address has been deleted').waitFor()
  expect(await consent()).toBe('WITHDRAWN')
})

describe('in a stage that requires the button', () => {
  let strict: LocalCloud
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'consent-'))
    cpSync(stackOf('dev'), folder, { recursive: true })
    const file = join(folder, 'cdk.tf.json')
    const terraform = JSON.parse(readFileSync(file, 'utf8'))
    terraform.resource.aws_lambda_function.confirm_function.environment.variables.CONFIRM_BY = 'button'
    writeFileSync(file, JSON.stringify(terraform))
    strict = await LocalCloud.start(folder)
    await registerVisitors(strict, 10)
  })
  afterAll(async () => {
    await strict?.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  test('nothing else confirms', async () => {
    const { page, posts, consent, settle } = await visitor(touch, strict)
    for (const [name, gesture] of Object.entries(gestures)) {
      if (!name.startsWith('button')) await gesture(page)
    }
    await settle()
    expect(posts()).toEqual([])
    expect(await consent()).toBe('PENDING')
    await page.tap('button')
    await isDone(page)
    expect(await consent()).toBe('button')
  })

  test.each(Object.entries(submissions))('a script does not press it by %s', async (_, script) => {
    const { page, consent } = await visitor({}, strict)
    expect(await answerToScript(page, script)).toBe(400)
    expect(await consent()).toBe('PENDING')
  })
})

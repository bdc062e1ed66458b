// What runs inside a worker thread: AWS's Node.js runtime, as far as a function can see it. Plain JavaScript, because a
// worker starts without the loader that reads TypeScript, and as fast as it can.
'use strict'

const { subscribe } = require('node:diagnostics_channel')
const fs = require('node:fs')
const { syncBuiltinESMExports } = require('node:module')
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const { format, types } = require('node:util')
const { getHeapStatistics } = require('node:v8')
const { parentPort, workerData } = require('node:worker_threads')
const { requireCompiled } = require('./compiled-code.cjs')
const { skippableTimers } = require('./skippable-timers.cjs')

const { sharedClock, sharedWaits, taskRoot, handler: handlerName, compiledCode } = workerData
const { env } = process
const realNow = Date.now
let requestId
let keepCompiled

const post = (message) => parentPort.postMessage(message)

// Date: the machine's clock plus the offset, which may grow while the function runs.
const offset = new Float64Array(sharedClock)
const RealDate = Date
RealDate.now = () => Math.floor(realNow() + offset[0])
globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(RealDate.now()).toString(),
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [RealDate.now()] : given, newTarget),
})
RealDate.prototype.constructor = globalThis.Date

// What the function waits for: when its first timer ends, and how many responses.
const waits = new Float64Array(sharedWaits)
const endDueWaits = skippableTimers(waits, RealDate.now)
subscribe('http.client.request.start', ({ request }) => {
  waits[1] += 1
  request.once('close', () => {
    waits[1] -= 1
  })
})

// Log: posted at once, so that nothing is lost if the worker ends in the next line.
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk, encoding, written) => {
    post({ kind: 'log', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() })
    const done = typeof encoding === 'function' ? encoding : written
    if (done) process.nextTick(done)
    return true
  }
}
const levels = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' }
for (const [method, level] of Object.entries(levels)) {
  console[method] = (...values) => {
    const event = format(...values).replaceAll('\n', '\r')
    post({ kind: 'log', text: `${new RealDate(RealDate.now()).toISOString()}\t${requestId}\t${level}\t${event}\n` })
  }
}

// The AWS SDK warns that it will not support this machine's Node 20: the runtime that the function has on AWS is newer.
const { emitWarning } = process
process.emitWarning = (warning, ...options) => {
  if (!String(warning).startsWith('NodeVersionSupportWarning')) emitWarning.call(process, warning, ...options)
}

process.cwd = () => taskRoot

process.on('uncaughtException', (error) => {
  post({ kind: 'crashed', error: describe(error) })
  process.exit(129)
})
process.on('unhandledRejection', (reason) => {
  post({ kind: 'crashed', error: describe(named('Runtime.UnhandledPromiseRejection', String(reason))) })
  process.exit(128)
})

/** An error as Lambda reports it. */
function describe(error) {
  if (!types.isNativeError(error) && !(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] }
  }
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] }
}

function named(name, message) {
  return Object.assign(new Error(message), { name })
}

async function load() {
  const [, folder = '', file, exportPath] = /^(.*\/)?([^/.]+)\.([^/]+)$/.exec(handlerName) ?? []
  if (!file || handlerName.includes('..')) throw named('Runtime.MalformedHandlerName', 'Bad handler')
  const base = path.join(taskRoot, folder, file)
  const found = ['', '.js', '.mjs', '.cjs'].map((ending) => base + ending).find(isFile)
  if (!found) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`)
  const loaded = await loadModule(found)
  const handler = exportPath.split('.').reduce((value, step) => value?.[step], loaded)
  if (handler === undefined) throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`)
  if (typeof handler !== 'function') throw named('Runtime.HandlerNotFound', `${handlerName} is not a function`)
  if (handler.length >= 3) {
    throw named(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed callbacks from Node.js 24: return a promise.',
    )
  }
  return handler
}

function isFile(name) {
  return fs.statSync(name, { throwIfNoEntry: false })?.isFile() ?? false
}

async function loadModule(file) {
  try {
    if (!file.endsWith('.mjs')) {
      const { loaded, keep } = requireCompiled(file, compiledCode)
      keepCompiled = keep
      return loaded
    }
  } catch (error) {
    if (error.code !== 'ERR_REQUIRE_ESM' && error.code !== 'ERR_REQUIRE_ASYNC_MODULE') throw loadError(error)
  }
  // So that ESM imports the replaced timers.
  syncBuiltinESMExports()
  return await import(pathToFileURL(file).href).catch((error) => Promise.reject(loadError(error)))
}

function loadError(error) {
  if (error instanceof SyntaxError) {
    return Object.assign(named('Runtime.UserCodeSyntaxError', String(error)), { stack: error.stack })
  }
  if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
    return named('Runtime.ImportModuleError', String(error))
  }
  return error
}

function contextOf({ invokedFunctionArn, deadlineMs, clientContext }) {
  return {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: requestId,
    invokedFunctionArn,
    ...(clientContext && { clientContext: JSON.parse(clientContext) }),
    // Timeouts run on the machine's clock, however far the virtual one has skipped.
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadlineMs - realNow())),
  }
}

function stringify(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null'
  } catch {
    throw named('Runtime.JSONStringifyError', 'Unable to stringify response body')
  }
}

async function invoke(handler, invocation) {
  requestId = invocation.requestId
  env._X_AMZN_TRACE_ID = invocation.traceId
  try {
    const payload = stringify(await handler(JSON.parse(invocation.payload), contextOf(invocation)))
    post({ kind: 'succeeded', payload, heapBytes: getHeapStatistics().total_heap_size })
  } catch (error) {
    const described = describe(error)
    const { trace: stack, ...rest } = described
    console.error(`Invoke Error \t${JSON.stringify({ ...rest, stack })}`)
    post({ kind: 'failed', error: described, heapBytes: getHeapStatistics().total_heap_size })
  }
}

load().then(
  (handler) => {
    parentPort.on('message', async (invocation) => {
      if (invocation === 'clockMoved') return endDueWaits()
      await invoke(handler, invocation)
      // After an invocation, because most functions are compiled when they are first called.
      keepCompiled?.()
    })
    post({ kind: 'ready' })
  },
  (error) => post({ kind: 'crashed', error: describe(error) }),
)

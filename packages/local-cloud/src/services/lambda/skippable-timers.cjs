// Timers whose wait can be skipped, as that of the local cloud's own timers. Plain JavaScript, as bootstrap.cjs.
'use strict'

const timers = require('node:timers')
const promises = require('node:timers/promises')
const { promisify } = require('node:util')

const longestMs = 2 ** 31 - 1

/**
 * Replaces `setTimeout` and what cancels it, also in `node:timers` and `node:timers/promises`. Without a skip they wait as
 * before. A wait with options, such as a signal, is not replaced: it cannot be skipped.
 * - `firstDue`: a Float64Array whose first member is set to the moment, by `now`, at which the first wait ends.
 * Returns a function that ends the waits whose moment has come.
 */
exports.skippableTimers = (firstDue, now) => {
  const waits = new Map()
  const { setTimeout: start, clearTimeout: clear, clearInterval: clearRepeated } = timers
  const { setTimeout: pause } = promises

  const publish = () => {
    firstDue[0] = Infinity
    for (const { dueMs } of waits.values()) firstDue[0] = Math.min(firstDue[0], dueMs)
  }
  const forget = (timer) => {
    // Node accepts the number of a timer, too.
    const key = typeof timer === 'object' ? timer : [...waits.keys()].find((one) => String(+one) === String(timer))
    if (waits.delete(key)) publish()
  }

  function setTimeout(callback, ms, ...values) {
    // Node throws its own error.
    if (typeof callback !== 'function') return start(callback, ms, ...values)
    const fire = () => {
      forget(timer)
      callback.apply(timer, values)
    }
    const timer = start(fire, ms)
    const wait = () => {
      waits.set(timer, { dueMs: now() + (ms >= 1 && ms <= longestMs ? Number(ms) : 1), fire })
      publish()
    }
    const { refresh, close } = timer
    timer.refresh = () => {
      wait()
      return refresh.call(timer)
    }
    timer.close = () => {
      forget(timer)
      return close.call(timer)
    }
    wait()
    return timer
  }
  const forgetting = (cancel) => (timer) => {
    forget(timer)
    cancel(timer)
  }
  const waitFor = (ms, value, options) =>
    options === undefined ? new Promise((resolve) => setTimeout(resolve, ms, value)) : pause(ms, value, options)

  Object.defineProperty(setTimeout, promisify.custom, { enumerable: true, get: () => waitFor })
  const replaced = { setTimeout, clearTimeout: forgetting(clear), clearInterval: forgetting(clearRepeated) }
  Object.assign(timers, replaced)
  Object.assign(globalThis, replaced)
  promises.setTimeout = waitFor
  publish()

  return () => {
    const due = [...waits].filter(([, { dueMs }]) => dueMs <= now()).sort(([, a], [, b]) => a.dueMs - b.dueMs)
    for (const [timer, { fire }] of due) {
      // One that fires may cancel the next.
      if (!waits.has(timer)) continue
      clear(timer)
      fire()
    }
  }
}

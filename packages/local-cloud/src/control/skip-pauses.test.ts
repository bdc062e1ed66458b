import { setTimeout as pause } from 'node:timers/promises'
import { PauseSkipper } from './skip-pauses.ts'

/** Waits that begin at 0 by a clock that moves only by skips; each may need some looks before nothing works any more. */
function waiting(...dueMs: number[]) {
  let now = 0
  const waits = [...dueMs]
  const moves: number[] = []
  let ended = () => {}
  const allEnded = new Promise<void>((resolve) => {
    ended = resolve
  })
  const state = { isWorking: false, nextStopMs: Infinity }
  const underWay = {
    clock: {
      now: () => now,
      get nextStopMs() {
        return state.nextStopMs
      },
      skip: async (seconds: number) => {
        now += seconds * 1000
        moves.push(now)
        if (now >= state.nextStopMs) state.nextStopMs = Infinity
      },
    },
    waitsUntil: () => (state.isWorking ? undefined : Math.min(...waits)),
    endDueWaits: () => {
      for (const due of waits.splice(0)) if (due > now) waits.push(due)
      if (waits.length === 0) ended()
    },
  }
  return { skipper: new PauseSkipper(underWay), moves, state, allEnded }
}

// Long enough for some looks.
const someLooks = () => pause(30)

test('the clock jumps from the end of one wait to the end of the next, and stays when nothing waits', async () => {
  const { skipper, moves, allEnded } = waiting(5_000, 250.5, 14_000)
  await skipper.switch(true)
  await allEnded
  await someLooks()
  await skipper.stop()
  expect(moves).toEqual([251, 5_000, 14_000])
})

test('it stops at what is due by the clock on the way', async () => {
  const { skipper, moves, state, allEnded } = waiting(5_000)
  state.nextStopMs = 3_000
  await skipper.switch(true)
  await allEnded
  await skipper.stop()
  expect(moves).toEqual([3_000, 5_000])
})

test('it does not move while something works, or when it is switched off', async () => {
  const { skipper, moves, state } = waiting(5_000)
  state.isWorking = true
  await skipper.switch(true)
  await someLooks()
  await skipper.switch(false)
  state.isWorking = false
  await someLooks()
  expect(moves).toEqual([])
})

test('switched on again, it continues', async () => {
  const { skipper, moves, allEnded } = waiting(5_000)
  await Promise.all([skipper.switch(true), skipper.switch(false), skipper.switch(true)])
  await allEnded
  await skipper.stop()
  expect(moves).toEqual([5_000])
})

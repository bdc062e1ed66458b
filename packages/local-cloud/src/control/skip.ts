import * as v from 'valibot'
import { membersOf } from './read-body.ts'

// Dates of AWS have years of four digits; this leaves a thousand years for waits and expiries to come.
const latestMs = Date.UTC(9000, 0, 1)

/** The body of `POST /_local/clock`, given the current time: how far the clock moves forward. */
export function skipFrom(nowMs: number) {
  const most = Math.floor((latestMs - nowMs) / 1000)
  return v.strictObject(
    {
      skipSeconds: v.pipe(
        v.number('takes a number of seconds'),
        v.finite('takes a number of seconds'),
        v.minValue(0, 'takes 0 or more seconds: the clock only moves forward'),
        v.maxValue(most, `takes at most ${most} seconds, which lead to the year 9000`),
      ),
    },
    membersOf('{"skipSeconds": 86400}'),
  )
}

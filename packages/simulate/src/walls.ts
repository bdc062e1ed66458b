import { type Design, deployed } from './design.ts'
import { simulate } from './engine.ts'
import { type Limits, noLimits, type Wall } from './limits.ts'
import { assumedPeople } from './people.ts'

/** A limit, and what one registration a second uses of it once as many wait as can. */
export interface Use {
  wall: Wall
  /** In the unit of the limit. */
  perRegistration: number
  /** How many registrations a second reach it, if they go on for days. */
  carries: number
}

const day = 86_400

/** What each limit carries, the lowest first. Without limits everything grows in proportion, so one registration a second shows it. */
export function usesOf(limits: Limits, design: Design = deployed): Use[] {
  const scenario = { seconds: 2 * day + design.jitterSeconds, arrivals: () => 1, people: assumedPeople }
  const { peak } = simulate({ ...scenario, design, limits: noLimits })
  return (Object.keys(limits) as Wall[])
    .map((wall) => ({ wall, perRegistration: peak[wall], carries: limits[wall].limit / peak[wall] }))
    .filter(({ carries }) => Number.isFinite(carries))
    .sort((one, other) => one.carries - other.carries)
}

/** A limit that is reached, and when, in seconds. */
export interface Reached {
  wall: Wall
  second: number
}

/**
 * Which limits so many registrations a second reach within so many days, and when: each as if the others had been raised.
 * The first is what breaks first.
 */
export function wallsAt(rate: number, days: number, limits: Limits): Reached[] {
  const scenario = { seconds: days * day, arrivals: () => rate, people: assumedPeople, design: deployed }
  const { reached } = simulate({ ...scenario, limits: noLimits, watched: limits })
  return (Object.entries(reached) as [Wall, number][])
    .map(([wall, second]) => ({ wall, second }))
    .sort((one, other) => one.second - other.second)
}

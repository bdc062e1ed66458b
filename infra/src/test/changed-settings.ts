import { stages } from '@confirmation-reminder/contracts/stages'
import type { Settings } from '../settings.ts'
import { settings as ofTests } from './settings.ts'

/** By stage, as JSON in the environment: what a test wants otherwise than ./settings.ts has it. */
const changes = JSON.parse(process.env.SETTINGS_CHANGES ?? '{}') as Record<string, Partial<Settings>>

export const settings = Object.fromEntries(stages.map((stage) => [stage, { ...ofTests[stage], ...changes[stage] }]))

import * as v from 'valibot'
import { AwsError } from '../gateway/aws-error.ts'
import { readInput } from '../gateway/input.ts'
import type { Action } from '../service.ts'
import { stateValues } from './alarm.ts'
import type { Alarms } from './alarms.ts'

const Input = v.object({
  AlarmName: v.string(),
  StateValue: v.picklist(stateValues),
  StateReason: v.string(),
  StateReasonData: v.optional(v.string(), ''),
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html */
export function setAlarmState(alarms: Alarms): Action {
  return async (input) => {
    const { AlarmName, StateValue, StateReason, StateReasonData } = readInput(Input, input)
    if (StateReasonData !== '' && !isJson(StateReasonData)) {
      throw new AwsError('InvalidFormat', 'StateReasonData was not syntactically valid JSON.')
    }
    await alarms.setState(AlarmName, { value: StateValue, reason: StateReason, reasonData: StateReasonData })
    return {}
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

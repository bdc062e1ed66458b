import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { parseJson } from '../../core/json.ts'
import type { Action } from '../../core/service.ts'
import { oneOf, readInput, text } from '../../gateway/input.ts'
import { stateValues } from './alarm.ts'
import type { Alarms } from './alarms.ts'
import { name } from './request.ts'

const Input = v.object({
  AlarmName: name,
  StateValue: oneOf(stateValues),
  StateReason: text(0, 1023),
  StateReasonData: v.optional(text(0, 4000), ''),
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
    parseJson(text)
    return true
  } catch {
    return false
  }
}

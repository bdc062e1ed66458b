import * as v from 'valibot'
import type { Action } from '../../core/service.ts'
import { readInput, texts } from '../../gateway/input.ts'
import type { Alarms } from './alarms.ts'

const Input = v.object({ AlarmNames: texts })

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_EnableAlarmActions.html */
export function enableAlarmActions(alarms: Alarms): Action {
  return async (input) => {
    for (const name of readInput(Input, input).AlarmNames) await alarms.enableActions(name, true)
    return {}
  }
}

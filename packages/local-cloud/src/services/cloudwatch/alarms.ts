import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import type { Alarm } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import type { StateValue } from './alarm.ts'
import { History, type HistoryItem } from './history.ts'
import { type Notification, notification } from './message.ts'
import type { Metrics } from './metrics.ts'
import { stateReason, stateReasonData } from './state-reason.ts'
import { evaluationInterval, nextBoundary, rangeLength, resolution, transitions } from './timeline.ts'

/** The state of an alarm. Times are milliseconds since 1970. */
export interface AlarmState {
  value: StateValue
  reason: string
  /** JSON text; empty if nothing was evaluated. */
  reasonData: string
  updatedMs: number
  /** When the value last changed. */
  transitionedMs: number
  configuredMs: number
  actionsEnabled: boolean
}

interface AlarmRecord extends AlarmState {
  /** The Terraform arguments, as JSON text: a difference is a new configuration. */
  configuration: string
  /** The alarm is evaluated at every boundary after this. */
  evaluatedMs: number
  /** The notification of the last change that is still to be published. */
  unpublished?: { atMs: number; topics: readonly string[]; notification: Notification }
}

interface NewState {
  value: StateValue
  reason: string
  reasonData: string
  atMs: number
}

/** `cause`: the alarm that went into another state, and when, in milliseconds since 1970. */
export type Publish = (
  topicArn: string,
  message: Notification,
  cause: { alarmArn: string; atMs: number },
) => Promise<void>

interface Dependencies {
  store: Store
  /** The part of the store that is CloudWatch's. */
  part: string
  clock: Clock
  metrics: Metrics
  /** Resolves when services that measure at fixed times have recorded what they measured until now. */
  measured?: (() => Promise<void>) | undefined
  region: string
  accountId: string
  publish: Publish
  log: (line: string) => void
}

const dayMs = 24 * 3600 * 1000

/**
 * The alarms of the stack: evaluated at every time of the virtual clock at which AWS would evaluate them, also for the
 * time that the clock skipped or the local cloud did not run.
 *
 * A change of state and its notification are written together before it is published: a restart loses no message, and
 * repeats one only if the process was killed between publishing it and storing that.
 */
export class Alarms {
  readonly history: History
  private readonly dependencies: Dependencies
  private readonly alarms = new Map<string, { alarm: Alarm; record: AlarmRecord }>()
  private readonly records: ReturnType<typeof recordsOf>
  private readonly progress: ReturnType<typeof progressOf>
  private readonly intervalMs: number
  private evaluatedMs = 0
  private queue: Promise<void> = Promise.resolve()
  private cancelTimer = () => {}
  private stopped = false

  private constructor(alarms: readonly Alarm[], history: History, dependencies: Dependencies) {
    this.history = history
    this.dependencies = dependencies
    this.records = recordsOf(dependencies)
    this.progress = progressOf(dependencies)
    this.intervalMs = Math.min(60_000, ...alarms.map(evaluationInterval))
  }

  static async open(alarms: readonly Alarm[], dependencies: Dependencies): Promise<Alarms> {
    const opened = new Alarms(alarms, await History.open(dependencies.store, dependencies.part), dependencies)
    await opened.load(alarms)
    void opened.next(() => opened.publishRemaining())
    void opened.next(() => opened.evaluate())
    opened.arm()
    return opened
  }

  /** All alarms by name. */
  list(): { alarm: Alarm; state: AlarmState }[] {
    const byName = [...this.alarms.values()].sort((a, b) => (a.alarm.name < b.alarm.name ? -1 : 1))
    return byName.map(({ alarm, record }) => ({ alarm, state: record }))
  }

  /**
   * Puts an alarm into a state, and runs that state's actions if it changed. The next evaluation overrides it.
   * @throws AwsError ResourceNotFound
   */
  async setState(name: string, { value, reason, reasonData }: Pick<AlarmState, 'value' | 'reason' | 'reasonData'>) {
    this.find(name)
    await this.next(() => this.enter(name, { value, reason, reasonData, atMs: this.dependencies.clock.now() }))
  }

  /**
   * Whether changes of an alarm's state have actions, until its configuration changes.
   * @throws AwsError ResourceNotFound
   */
  async enableActions(name: string, actionsEnabled: boolean): Promise<void> {
    this.find(name)
    await this.next(() => this.save({ ...this.find(name).record, actionsEnabled }, name))
  }

  /** Returns once all that is due by now has been evaluated and published. */
  settled(): Promise<void> {
    return this.queue
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.cancelTimer()
    await this.queue
  }

  private async load(alarms: readonly Alarm[]): Promise<void> {
    const now = this.dependencies.clock.now()
    this.evaluatedMs = (await this.progress.get('evaluatedMs')) ?? 0
    const gone = new Set(await this.records.keys().all())
    for (const alarm of alarms) {
      gone.delete(alarm.name)
      const configuration = JSON.stringify(alarm)
      const record = await this.records.get(alarm.name)
      if (record?.configuration === configuration) {
        this.alarms.set(alarm.name, { alarm, record })
        continue
      }
      const configured = { configuration, configuredMs: now, actionsEnabled: alarm.actionsEnabled }
      this.alarms.set(alarm.name, { alarm, record: { ...(record ?? created(now)), ...configured } })
      const summary = `Alarm "${alarm.name}" ${record ? 'updated' : 'created'}`
      const data = { version: '1.0', type: record ? 'Update' : 'Create' }
      await this.save(this.find(alarm.name).record, alarm.name, [
        { alarmName: alarm.name, atMs: now, type: 'ConfigurationUpdate', summary, data },
      ])
    }
    await this.records.batch([...gone].map((key) => ({ type: 'del', key })))
  }

  private arm(): void {
    const { clock } = this.dependencies
    const evaluateAndArm = () => {
      void this.next(() => this.evaluate())
      if (!this.stopped) this.arm()
    }
    this.cancelTimer = clock.at(nextBoundary(clock.now(), this.intervalMs), evaluateAndArm, { catchesUp: true })
  }

  /** Runs one piece of work after the other: evaluations and requests see complete states only. */
  private next(work: () => Promise<void>): Promise<void> {
    const done = this.queue.then(work)
    this.queue = done.catch((error: unknown) => {
      this.dependencies.log(`CloudWatch could not evaluate its alarms: ${error instanceof Error ? error.stack : error}`)
    })
    return done
  }

  private async evaluate(): Promise<void> {
    const untilMs = this.dependencies.clock.now()
    await this.dependencies.measured?.()
    const due: { name: string; state: NewState }[] = []
    for (const { alarm, record } of this.alarms.values()) {
      for (const state of await this.changes(alarm, record, untilMs)) due.push({ name: alarm.name, state })
    }
    due.sort((a, b) => a.state.atMs - b.state.atMs)
    for (const { name, state } of due) {
      if (this.stopped) return
      await this.enter(name, state)
    }
    const isOfNewDay = Math.floor(untilMs / dayMs) > Math.floor(this.evaluatedMs / dayMs)
    this.evaluatedMs = untilMs
    await this.progress.put('evaluatedMs', untilMs)
    if (isOfNewDay) await this.prune(untilMs)
  }

  private async changes(alarm: Alarm, record: AlarmRecord, untilMs: number): Promise<NewState[]> {
    const afterMs = Math.max(this.evaluatedMs, record.evaluatedMs)
    if (nextBoundary(afterMs, evaluationInterval(alarm)) > untilMs) return []
    const periodMs = resolution(alarm)
    const fromMs = Math.floor((afterMs - rangeLength(alarm)) / periodMs) * periodMs
    const metric = { namespace: alarm.namespace, name: alarm.metricName, dimensions: alarm.dimensions }
    const measured = await this.dependencies.metrics.read(metric, { fromMs, toMs: untilMs, periodMs, unit: alarm.unit })
    return [...transitions(alarm, record.value, measured, { afterMs, untilMs })].map(({ atMs, evaluation }) => ({
      value: evaluation.state,
      reason: stateReason(alarm, evaluation),
      reasonData: stateReasonData(alarm, evaluation, atMs),
      atMs,
    }))
  }

  private async enter(name: string, { value, reason, reasonData, atMs }: NewState): Promise<void> {
    const { alarm, record } = this.find(name)
    const changed: AlarmRecord = { ...record, value, reason, reasonData, updatedMs: atMs, evaluatedMs: atMs }
    if (value === record.value) return this.save(changed, name)

    const topics = record.actionsEnabled ? actionsOf(alarm, value) : []
    const change = { alarm, configuredMs: record.configuredMs, from: record.value, to: value, reason, atMs }
    changed.transitionedMs = atMs
    changed.unpublished = { atMs, topics, notification: notification(change, this.dependencies) }
    await this.save(changed, name, [
      {
        alarmName: name,
        atMs,
        type: 'StateUpdate',
        summary: `Alarm updated from ${record.value} to ${value}`,
        data: { version: '1.0', oldState: historyState(record), newState: historyState(changed) },
      },
    ])
    await this.publish(name)
  }

  /** Changes that were stored and not published, because the process was killed in between. */
  private async publishRemaining(): Promise<void> {
    for (const name of this.alarms.keys()) await this.publish(name)
  }

  private async publish(name: string): Promise<void> {
    const { alarm, record: changed } = this.find(name)
    const { unpublished, ...record } = changed
    if (!unpublished) return
    const { atMs, topics, notification } = unpublished
    const items: HistoryItem[] = []
    for (const topic of topics) {
      const failure = await this.dependencies.publish(topic, notification, { alarmArn: alarm.arn, atMs }).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      )
      const data = { stateUpdateTimestamp: atMs, notificationResource: topic }
      if (failure === undefined) {
        const summary = `Successfully executed action ${topic}`
        items.push({ alarmName: name, atMs, type: 'Action', summary, data: { actionState: 'Succeeded', ...data } })
      } else {
        const summary = `Failed to execute action ${topic}. Received error: "${failure.message}"`
        const cause = failure.cause instanceof Error ? ` ${failure.cause.message}` : ''
        this.dependencies.log(`The alarm ${name} posted nothing. ${summary}${cause}`)
        items.push({
          alarmName: name,
          atMs,
          type: 'Action',
          summary,
          data: { actionState: 'Failed', ...data, error: failure.message },
        })
      }
    }
    await this.save(record, name, items)
  }

  private async save(record: AlarmRecord, name: string, items: readonly HistoryItem[] = []): Promise<void> {
    const put = { type: 'put' as const, sublevel: this.records, key: name, value: record }
    await this.dependencies.store.batch([put, ...items.map((item) => this.history.entry(item))])
    this.alarms.set(name, { ...this.find(name), record })
  }

  /** Once a day is enough for what is kept for weeks: it looks at every series. */
  private async prune(nowMs: number): Promise<void> {
    await this.dependencies.metrics.prune()
    await this.history.prune(nowMs)
  }

  private find(name: string): { alarm: Alarm; record: AlarmRecord } {
    const found = this.alarms.get(name)
    if (!found) throw new AwsError('ResourceNotFound', `There is no alarm ${name}.`, 404)
    return found
  }
}

function created(now: number): Omit<AlarmRecord, 'configuration' | 'configuredMs' | 'actionsEnabled'> {
  return {
    value: 'INSUFFICIENT_DATA',
    reason: 'Unchecked: Initial alarm creation',
    reasonData: '',
    updatedMs: now,
    transitionedMs: now,
    evaluatedMs: now,
  }
}

function actionsOf(alarm: Alarm, value: StateValue): readonly string[] {
  const actions: Record<StateValue, readonly string[]> = {
    OK: alarm.okActions,
    ALARM: alarm.alarmActions,
    INSUFFICIENT_DATA: alarm.insufficientDataActions,
  }
  return actions[value]
}

function historyState({ value, reason, reasonData }: AlarmState): object {
  return {
    stateValue: value,
    stateReason: reason,
    ...(reasonData !== '' && { stateReasonData: JSON.parse(reasonData) as unknown }),
  }
}

function recordsOf({ store, part }: Pick<Dependencies, 'store' | 'part'>) {
  return store.sublevel<string, AlarmRecord>(`${part}-alarms`, { valueEncoding: 'json' })
}

function progressOf({ store, part }: Pick<Dependencies, 'store' | 'part'>) {
  return store.sublevel<'evaluatedMs', number>(part, { valueEncoding: 'json' })
}

import { useState } from 'preact/hooks'
import { describeRule, type FaultRule, isSame, presets } from '../../faults/presets.ts'
import { call, useFetched } from '../call.ts'
import { useFault } from '../parts/fault.ts'
import { useInterval } from '../parts/interval.ts'
import { Fault } from '../parts/notes.tsx'
import { useReload } from '../parts/reload.ts'
import { plural } from '../relative.ts'

type Active = FaultRule & { injected: number }

const lookEveryMs = 3000
const lookAfterMs = 1000
const example = '{ "service": "sns", "action": "Deliver", "kind": "error", "error": "QueueDoesNotExist", "rate": 0.5 }'

/** The faults that the local cloud injects, as switches, with how often each has happened. */
export function Faults() {
  const { data: active, fault, reload, set } = useFetched<Active[]>('faults')
  const [refusal, setRefusal] = useFault()
  useInterval(reload, active && active.length > 0 ? lookEveryMs : undefined)
  useReload(['logs'], reload, lookAfterMs)
  const change = async (body: object) => {
    try {
      const rules = await call<Active[]>('console/faults', { body })
      setRefusal(undefined)
      set(() => rules)
      return true
    } catch (error) {
      setRefusal((error as Error).message)
      reload()
      return false
    }
  }
  const remove = (index: number) => change({ remove: index, kind: active?.[index]?.kind ?? '' })
  const others = active?.flatMap((rule, index) =>
    presets.some((preset) => isSame(rule, preset.rule)) ? [] : [{ rule, index }],
  )
  return (
    <>
      <header class="heading">
        <h1>Faults</h1>
        <p class="quiet">
          {active === undefined || active.length === 0
            ? 'Nothing is broken. Switch something on, and see what the product makes of it.'
            : `${plural(active.length, 'rule')} active, also after a restart.`}
        </p>
        {active && active.length > 0 && (
          <button type="button" onClick={() => void change({ removeAll: true })}>
            Switch all off
          </button>
        )}
      </header>
      <Fault>{fault ?? refusal}</Fault>
      <ul class="rows switches">
        {presets.map(({ title, effect, rule }) => {
          const index = active?.findIndex((one) => isSame(one, rule)) ?? -1
          const on = active?.[index]
          return (
            <Switch
              key={title}
              title={title}
              detail={effect}
              on={on}
              turn={() => void (on ? remove(index) : change({ add: rule }))}
            />
          )
        })}
        {others?.map(({ rule, index }) => (
          <Switch
            key={`${index} ${describeRule(rule)}`}
            title={describeRule(rule)}
            on={rule}
            turn={() => void remove(index)}
          />
        ))}
      </ul>
      <Another add={(rule) => change({ add: rule })} />
    </>
  )
}

function Switch({
  title,
  detail,
  on,
  turn,
}: {
  title: string
  detail?: string
  on: Active | undefined
  turn: () => void
}) {
  const count =
    on && (on.times === 0 ? `happened ${times(on.injected)}, and is used up` : `happened ${times(on.injected)}`)
  return (
    <li class="switch-row">
      <button type="button" role="switch" class="switch" aria-checked={on !== undefined} onClick={turn}>
        <span class="knob" aria-hidden="true" />
        <span>
          <strong>{title}</strong>
          {detail && <span class="quiet detail">{detail}</span>}
        </span>
      </button>
      {count && <span class={`status ${on.injected > 0 ? 'warn' : ''}`}>{count}</span>}
    </li>
  )
}

const times = (count: number) => (count === 0 ? 'not yet' : count === 1 ? 'once' : plural(count, 'time'))

/** Any rule, as JSON. */
function Another({ add }: { add: (rule: unknown) => Promise<boolean> }) {
  const [text, setText] = useState('')
  const [fault, setFault] = useState<string>()
  const submit = async (event: Event) => {
    event.preventDefault()
    const rule = parsed(text)
    setFault(rule === undefined ? `This is not JSON. A rule looks like ${example}` : undefined)
    if (rule !== undefined && (await add(rule))) setText('')
  }
  return (
    <details class="card another-rule">
      <summary>Another rule</summary>
      <form class="another" onSubmit={(event) => void submit(event)}>
        <label>
          A rule as JSON, as <code>PUT /_local/faults</code> takes it
          <textarea
            rows={4}
            spellcheck={false}
            value={text}
            placeholder={example}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <Fault>{fault}</Fault>
        <button type="submit" class="main" disabled={text.trim() === ''}>
          Switch on
        </button>
      </form>
    </details>
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

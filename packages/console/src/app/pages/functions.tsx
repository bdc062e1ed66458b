import type { FunctionRow, Invocation } from '../../api.ts'
import { shortName } from '../../logs/read-line.ts'
import { useFetched } from '../call.ts'
import { Link } from '../parts/link.tsx'
import { Log } from '../parts/log.tsx'
import { Moment } from '../parts/moment.tsx'
import { Empty, Fault } from '../parts/notes.tsx'
import { useReload } from '../parts/reload.ts'
import { plural } from '../relative.ts'

// Every invocation writes a line. Of many, the last ones are shown anyway.
const lookAfterMs = 1000

/** All functions and their log, or the one that the path names. */
export function Functions({ rest }: { rest: string }) {
  const { data, fault, reload } = useFetched<FunctionRow[]>('console/functions')
  useReload(['logs'], reload, lookAfterMs)
  const names = data?.map(({ name }) => name) ?? []
  if (rest === '') return <FunctionList functions={data} fault={fault} names={names} />
  const found = data?.find(({ name }) => name === rest || shortName(name) === rest)
  return (
    <>
      <p>
        <Link to="/functions">All functions</Link>
      </p>
      <header class="heading">
        <h1>{shortName(rest)}</h1>
        {found && <p class="quiet">{found.description}</p>}
      </header>
      <Fault>{fault ?? (data && !found && `The stack has no function ${rest}.`)}</Fault>
      {found && <Details of={found} />}
      {found && <Log key={found.name} functionNames={names} only={found.name} />}
    </>
  )
}

function FunctionList({
  functions,
  fault,
  names,
}: {
  functions: FunctionRow[] | undefined
  fault: string | undefined
  names: string[]
}) {
  return (
    <>
      <header class="heading">
        <h1>Functions</h1>
        {functions && <p class="quiet">{plural(functions.length, 'function')} of the stack</p>}
      </header>
      <Fault>{fault}</Fault>
      {functions?.length === 0 && (
        <Empty title="The stack has no functions.">
          <p>Functions are part of the Terraform, each with its package in functions/.</p>
        </Empty>
      )}
      <ul class="rows functions">
        {functions?.map(({ name, description, aliases, invocations: [last] }) => (
          <li key={name}>
            <Link to={`/functions/${name}`}>{shortName(name)}</Link>
            <span class="quiet grow">{description}</span>
            <span>
              {aliases.map((alias) => (
                <Weights key={alias.name} alias={alias} />
              ))}
            </span>
            {last ? (
              <span class="quiet">
                {last.failed ? <span class="status bad">failed</span> : `${milliseconds(last.milliseconds)}, `}
                <Moment at={last.at} />
              </span>
            ) : (
              <span class="quiet">not called since the start</span>
            )}
          </li>
        ))}
      </ul>
      {functions && <Log functionNames={names} />}
    </>
  )
}

/** Where an alias sends its calls: `live → 3`, and during a canary `live → 3 90 %, 4 10 %`. */
function Weights({ alias: { name, weights } }: { alias: FunctionRow['aliases'][number] }) {
  return (
    <span class={weights.length > 1 ? 'status warn' : 'status'}>
      {name} →{' '}
      {weights.map(({ version, share }) => (weights.length > 1 ? `${version} ${percent(share)}` : version)).join(', ')}
    </span>
  )
}

const percent = (share: number) => `${Number((share * 100).toFixed(1))} %`
const milliseconds = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} ms`

function Details({ of }: { of: FunctionRow }) {
  const { name, memoryMegabytes, timeoutSeconds, reservedConcurrency, aliases, versions, invocations } = of
  return (
    <>
      <section class="card padded">
        <dl class="details">
          <dt>Name</dt>
          <dd>
            <code>{name}</code>
          </dd>
          <dt>Memory</dt>
          <dd>{memoryMegabytes} MB</dd>
          <dt>Timeout</dt>
          <dd>{plural(timeoutSeconds, 'second')}</dd>
          <dt>Concurrency</dt>
          <dd>{reservedConcurrency === undefined ? "shares the account's" : `${reservedConcurrency} reserved`}</dd>
          {aliases.map((alias) => (
            <>
              <dt>Alias {alias.name}</dt>
              <dd>
                <Weights alias={alias} />
              </dd>
            </>
          ))}
        </dl>
      </section>
      <section>
        <h2>Last invocations</h2>
        {invocations.length === 0 ? (
          <p class="quiet">None since the local cloud was started.</p>
        ) : (
          <Invocations of={invocations} memory={memoryMegabytes} />
        )}
      </section>
      <section>
        <h2>Versions</h2>
        <ul class="rows">
          {versions.map(({ version, description, at, sha256 }) => (
            <li key={version}>
              <strong>{version}</strong>
              <span class="quiet grow">{description || <code>{sha256.slice(0, 12)}</code>}</span>
              <Moment at={at} />
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

function Invocations({ of, memory }: { of: Invocation[]; memory: number }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard
    <section class="scrolls card" tabIndex={0} aria-label="Last invocations">
      <table>
        <thead>
          <tr>
            <th scope="col">Ended</th>
            <th scope="col">Result</th>
            <th scope="col" class="figure">
              Duration
            </th>
            <th scope="col" class="figure">
              Loading
            </th>
            <th scope="col" class="figure">
              Memory
            </th>
            <th scope="col">Version</th>
          </tr>
        </thead>
        <tbody>
          {of.map((one) => (
            <tr key={one.requestId}>
              <td>
                <Moment at={one.at} />
              </td>
              <td>
                <span class={one.failed ? 'status bad' : 'status good'}>{one.failed ? 'Failed' : 'Succeeded'}</span>
              </td>
              <td class="figure">{milliseconds(one.milliseconds)}</td>
              <td class="figure">{one.initMilliseconds === undefined ? '' : milliseconds(one.initMilliseconds)}</td>
              <td class="figure">
                {one.memoryMegabytes} of {memory} MB
              </td>
              <td>{one.version}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

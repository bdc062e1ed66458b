import type { LogLine } from '../../api.ts'
import { Moment } from './moment.tsx'

/** What our functions write: JSON with a message. */
interface Written {
  level?: string
  message: string
  function?: string
  [field: string]: unknown
}

function written(line: string): Written | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof Object(value).message === 'string' ? (value as Written) : undefined
  } catch {
    return undefined
  }
}

/** A line of a log: the message first, then its fields; a line in another form as it is. */
export function Line({ at, group, line }: LogLine) {
  const { level, message, function: name, ...fields } = written(line) ?? { message: undefined }
  return (
    <li class={level === 'error' ? 'bad' : ''}>
      <Moment at={at} exactly />
      <span class="from">{typeof name === 'string' ? name : group.slice(group.lastIndexOf('/') + 1)}</span>
      {message === undefined ? (
        <code>{line}</code>
      ) : (
        <span>
          {message}{' '}
          {Object.entries(fields).map(([field, value]) => (
            <code class="field" key={field}>
              <span class="quiet">{field}=</span>
              {typeof value === 'string' ? value : JSON.stringify(value)}
            </code>
          ))}
        </span>
      )}
    </li>
  )
}

import { type ComponentChildren, Fragment } from 'preact'

/** A long word, such as an address or an id, that breaks where its parts end. Its direction changes nothing around it. */
export function breakable(word: string): ComponentChildren {
  const parts = word.split(/(?<=[@._:/-])|(?<=[a-z])(?=[A-Z])/)
  return (
    <bdi>
      {parts.map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </bdi>
  )
}

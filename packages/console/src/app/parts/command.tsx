import { Copy } from './copy.tsx'

/** A command line, and a button that copies it. */
export function Command({ text }: { text: string }) {
  return (
    <div class="command">
      <pre>
        <code>{text}</code>
      </pre>
      <Copy text={text}>Copy</Copy>
    </div>
  )
}

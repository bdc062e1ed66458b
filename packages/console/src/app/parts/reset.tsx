import { useEffect, useRef, useState } from 'preact/hooks'
import { call } from '../call.ts'
import { useConnection } from '../live.ts'
import { address } from '../router.ts'
import { Fault } from './notes.tsx'

/** A button that deletes everything, after a question. */
export function Reset() {
  const dialog = useRef<HTMLDialogElement>(null)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string>()
  // A local cloud that is being emptied closes its connections, and then answers with nothing in it.
  const connection = useConnection()
  const wasLost = useRef(false)
  useEffect(() => {
    if (!busy) wasLost.current = false
    else if (connection === 'lost') wasLost.current = true
    else if (wasLost.current) location.assign(address('/'))
  }, [busy, connection])
  const reset = async () => {
    if (busy) return
    setBusy(true)
    setFault(undefined)
    try {
      await call('console/reset', { body: {} })
    } catch (error) {
      setFault((error as Error).message)
      setBusy(false)
    }
  }
  return (
    <>
      <button type="button" class="reset" onClick={() => dialog.current?.showModal()}>
        Reset…
      </button>
      <dialog ref={dialog} aria-labelledby="reset-title">
        <h2 id="reset-title">Delete everything?</h2>
        <p>
          All customers, runs, mails, posts, logs and metrics are deleted, and the clock shows the time of this machine
          again. This cannot be undone.
        </p>
        <Fault>{fault}</Fault>
        <div class="actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            Keep everything
          </button>
          <button type="button" class="danger" aria-disabled={busy} onClick={reset}>
            {busy ? 'Deleting…' : 'Delete everything'}
          </button>
        </div>
      </dialog>
    </>
  )
}

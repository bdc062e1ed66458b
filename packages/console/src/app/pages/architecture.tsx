import type { Architecture as Stack } from '../../api.ts'
import { useFetched } from '../call.ts'
import { useReconnected } from '../live.ts'
import { ArchitectureGraph } from '../parts/architecture-graph.tsx'
import { Fault } from '../parts/notes.tsx'

/** The stack that runs here: its parts, what calls what, and what may call what. */
export function Architecture() {
  const { data, fault, reload } = useFetched<Stack>('console/architecture')
  useReconnected(reload)
  return (
    <>
      <header class="heading">
        <h1>Architecture</h1>
        <p class="quiet">The stack as it was synthesised. Parts with a line below their name lead to their page.</p>
      </header>
      <Fault>{fault}</Fault>
      {data && (
        <section class="card part">
          <ArchitectureGraph architecture={data} />
        </section>
      )}
    </>
  )
}

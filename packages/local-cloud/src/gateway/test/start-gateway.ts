import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Service } from '../../core/service.ts'
import { openStore, type Store } from '../../core/store.ts'
import type { Caller } from '../../faults/call.ts'
import { Faults } from '../../faults/faults.ts'
import { startGateway } from '../gateway.ts'
import type { Keys } from '../token.ts'

/** What an AWS client needs to reach a gateway on this machine. Errors come at once: nothing is retried. */
export function clientSettings(port: number) {
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  }
}

/** A gateway for a test file, stopped after it. `logged` contains its log. */
export async function gatewayFor(
  services: Record<string, Service>,
  callerOf: (accessKeyId: string) => Caller | undefined = () => undefined,
  keys?: Keys,
) {
  const faults = new Faults()
  const logged: string[] = []
  const gateway = await startGateway({
    port: 0,
    services,
    faults,
    callerOf,
    keys,
    unsigned: (request, response) => response.end(`unsigned ${request.url}`),
    log: (line) => logged.push(line),
  })
  return { ...gateway, faults, logged, client: clientSettings(gateway.port) }
}

/** A folder that is deleted with `remove`. */
export async function temporaryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'local-cloud-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

export async function temporaryStore(): Promise<{ store: Store; remove(): Promise<void> }> {
  const { folder, remove } = await temporaryFolder()
  const store = await openStore(folder)
  return {
    store,
    async remove() {
      await store.close()
      await remove()
    },
  }
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Whether moto_server is installed, an independent emulator of AWS. */
export const motoIsPresent = spawnSync('moto_server', ['--help']).status === 0

/** moto_server, as its own process on a free port. */
export class Moto {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
  ) {}

  static async start(): Promise<Moto> {
    const port = await freePort()
    const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8')
    for await (const chunk of child.stderr) {
      said += chunk
      if (said.includes('Running on')) break
    }
    if (child.exitCode !== null) throw new Error(`moto_server did not start:\n${said}`)
    child.stderr.resume()
    const moto = new Moto(`http://127.0.0.1:${port}`, child)
    // Functions are answered with their own event, instead of being run in containers.
    await fetch(`${moto.url}/moto-api/config`, {
      method: 'POST',
      body: JSON.stringify({ lambda: { use_docker: false } }),
    })
    return moto
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return
    this.process.kill()
    await once(this.process, 'close')
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

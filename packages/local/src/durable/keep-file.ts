import { rename, writeFile } from 'node:fs/promises'

/** Keeps a file whole or not at all: a process that is killed meanwhile leaves `<path>.partial` at most. */
export async function keepFile(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.partial`, content)
  await rename(`${path}.partial`, path)
}

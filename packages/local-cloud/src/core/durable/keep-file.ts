import { rename, writeFile } from 'node:fs/promises'
import { isFailedWrite, stopAfterFailedWrite } from './failed-write.ts'

/**
 * Writes a file completely or not at all: a process that is killed in the meantime leaves at most `<path>.partial`. If
 * the disk cannot be written, the process ends.
 */
export async function keepFile(path: string, content: string): Promise<void> {
  try {
    await writeFile(`${path}.partial`, content)
    await rename(`${path}.partial`, path)
  } catch (error) {
    throw isFailedWrite(error) ? stopAfterFailedWrite(path, error) : error
  }
}

/**
 * Ends the process at once after a failed write. After that the database may hold half a record, and
 * LevelDB would lose what it writes behind it: a process that writes nothing more, and starts again, loses nothing.
 * Called where the write failed, not by its caller, so that no response is sent in between.
 */
export function stopAfterFailedWrite(path: string, error: unknown): never {
  console.error(
    `The local cloud has stopped, because it could not write to ${path} (${(error as Error).message}): free some space on the disk, or make it writable, and start again; everything that was acknowledged is kept.`,
  )
  process.exit(1)
}

const ofTheDisk = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS'])

/** Whether the disk failed, and not the data to be written. */
export const isFailedWrite = (error: unknown) => ofTheDisk.has((error as NodeJS.ErrnoException).code ?? '')

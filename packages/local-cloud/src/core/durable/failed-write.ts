/**
 * Ends the process at once, because something could not be written. After that the database may hold half a record, and
 * LevelDB would lose what it writes behind it: a process that writes nothing more, and starts again, loses nothing.
 * Called where the write failed and not where it was asked for, so that nothing is answered in between.
 */
export function stopAfterFailedWrite(path: string, error: unknown): never {
  console.error(
    `The local cloud has stopped, because it could not write to ${path} (${(error as Error).message}): make room on the disk, or make it writable, and start again; everything that was acknowledged is kept.`,
  )
  process.exit(1)
}

const ofTheDisk = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS'])

/** Whether it is the disk that failed, and not what was to be written on it. */
export const isFailedWrite = (error: unknown) => ofTheDisk.has((error as NodeJS.ErrnoException).code ?? '')

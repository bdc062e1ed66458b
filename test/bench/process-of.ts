import { readFileSync } from 'node:fs'

/** What a process has used, as Linux shows it. */
export interface Used {
  /** Of the processor, in user and system mode. */
  cpuSeconds: number
  /** Of memory: now, and the most so far. */
  megabytes: number
  mostMegabytes: number
}

/** @throws Error if the process is gone, or the system has no /proc */
export function usedBy(pid: number): Used {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name before it may contain spaces. Linux counts hundredths of a second.
  const [utime, stime] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number)
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const megabytes = (label: string) => Math.round(Number(new RegExp(`${label}:\\s+(\\d+)`).exec(status)?.[1]) / 1024)
  return {
    cpuSeconds: ((utime ?? 0) + (stime ?? 0)) / 100,
    megabytes: megabytes('VmRSS'),
    mostMegabytes: megabytes('VmHWM'),
  }
}

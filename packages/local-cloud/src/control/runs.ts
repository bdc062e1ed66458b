import { call, type Service } from '../core/service.ts'

/** A run of a state machine, as the console shows it. */
export interface Run {
  arn: string
  name: string
  status: string
  /** ISO 8601, by the clock of the local cloud. */
  startedAt: string
  stoppedAt?: string
}

interface Listed {
  executionArn: string
  name: string
  status: string
  /** Seconds since 1970. */
  startDate: number
  stopDate?: number
}

/** The latest runs of every state machine, newest first, as Step Functions lists them. */
export async function latestRuns(states: Service): Promise<Run[]> {
  const machines = (await call(states, 'ListStateMachines', {})) as { stateMachines: { stateMachineArn: string }[] }
  const lists = await Promise.all(
    machines.stateMachines.map(async ({ stateMachineArn }) => {
      const input = { stateMachineArn, maxResults: 100 }
      return ((await call(states, 'ListExecutions', input)) as { executions: Listed[] }).executions
    }),
  )
  return lists
    .flat()
    .sort((a, b) => b.startDate - a.startDate)
    .map(({ executionArn, name, status, startDate, stopDate }) => ({
      arn: executionArn,
      name,
      status,
      startedAt: iso(startDate),
      ...(stopDate !== undefined && { stoppedAt: iso(stopDate) }),
    }))
}

const iso = (seconds: number) => new Date(seconds * 1000).toISOString()

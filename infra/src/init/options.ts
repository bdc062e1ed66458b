import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { oneOf } from '@confirmation-reminder/options/values'
import { leftOut, type Question, questions } from './questions.ts'

export const help = `Asks what a stage needs before its deploy, and writes infra/src/settings.ts.

Usage: npm run init -- [options]

  --stage <stage>          ${stages.join(', ')} or both; then the answers hold for both
  --region, --account      the AWS Region, and the 12 digits of the account
  --brand-name, --accent   your service's name, and the colour of its buttons
  --logo, --privacy-url, --support-url   https URLs
  --postal-address         your name and address, for the footer of mails
  --sender, --reply-to     the mailboxes of mails and of replies
  --public-url, --form-url where links begin; the form of your site
  --repository             the GitHub repository, owner/name
  --runbook-url            where docs/runbook.md can be read
  --slack-workspace, --slack-channel   their IDs, such as T… and C…
  --owner                  who looks after the stage
  --state-bucket           the S3 bucket of Terraform's state
  --quiet-hours            such as "21:00-08:00 Europe/Berlin"
  --registrations-per-day  on a busy day
  --yes                    write without a confirmation
  --help                   show this

A terminal is asked for what no option answers. "none" leaves an optional one
out. Without a terminal, present values stay, and examples need their option.
Exit codes: 0 done, 1 failed or declined, 2 wrong options, 130 interrupted`

export interface Options {
  /** Undefined: a terminal is asked. */
  stages: Stage[] | undefined
  /** The answers that were given, by the path of their setting. */
  answers: Map<string, string>
  yes: boolean
}

const types = Object.fromEntries(questions.map(({ option }) => [option, { type: 'string' as const }]))

/**
 * Reads the command line; `help`, if it asks for that.
 * @throws UsageError that names the option
 */
export function readOptions(args: string[]): Options | 'help' {
  const { values } = readArguments(args, {
    ...types,
    stage: { type: 'string' },
    yes: { type: 'boolean', default: false },
  })
  if (values.help) return 'help'
  const given = new Map(Object.entries(values))
  const answers = questions.flatMap(({ path, option }): [string, string][] => {
    const value = given.get(option)
    return typeof value === 'string' ? [[path, value]] : []
  })
  return {
    stages: values.stage === undefined ? undefined : stagesOf(values.stage),
    answers: new Map(answers),
    yes: values.yes,
  }
}

/** @throws UsageError that lists what may be answered */
export function stagesOf(answer: string | undefined): Stage[] {
  const chosen = oneOf('--stage', answer, [...stages, 'both'])
  return stages.filter((stage) => chosen === 'both' || chosen === stage)
}

/** @throws UsageError for an answer that two stages cannot share */
export function checkShared({ answers }: Options, chosen: Stage[]): void {
  const unshared = (question: Question) =>
    question.perStage && answers.has(question.path) && answers.get(question.path) !== leftOut
  const found = chosen.length > 1 ? questions.find(unshared) : undefined
  if (found) throw new UsageError(`--${found.option} differs between stages: run the command once for each stage.`)
}

import { stackName } from '@confirmation-reminder/contracts/names'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import type { Settings } from '../settings.ts'
import { valueAt } from './paths.ts'

/** A step of docs/deploy.md. */
interface Step {
  number: string
  title: string
  /** The setting without which it is not necessary. */
  needs: string | undefined
  /** The commands, and the prose between them is left out. */
  commands: string[]
}

const step = /^(?<number>\d+)\. \*\*(?<title>.+?)\*\*(?<text>[\s\S]*?)(?=^\d+\. \*\*|^## |(?![\s\S]))/gm
const needs = /<!-- needs ([\w.]+) -->/
const block = /^( *)```sh\n([\s\S]*?)^\1```/gm

/** The numbered steps of docs/deploy.md. A comment `<!-- needs stateBucket -->` names the setting without which a step is not necessary. */
export function stepsOf(document: string): Step[] {
  return [...document.matchAll(step)].map(({ groups: { number = '', title = '', text = '' } = {} }) => ({
    number,
    title,
    needs: needs.exec(text)?.[1],
    commands: [...text.matchAll(block)].map(([, indent = '', commands = '']) =>
      commands.replaceAll(new RegExp(`^${indent}`, 'gm'), '').trimEnd(),
    ),
  }))
}

const variablesOf = (stage: Stage, { region }: Settings) =>
  `export STAGE=${stage} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`

/** The bucket of the state, if it has another name than docs/deploy.md gives it. */
const otherBucket = (stage: Stage, { stateBucket }: Settings): string | undefined =>
  stateBucket && !new RegExp(`^${stackName(stage)}-\\d{12}-state$`).test(stateBucket) ? stateBucket : undefined

/** Commands of docs/deploy.md with the settings of a stage in place of the values that stand there. */
function withSettings(commands: string, stage: Stage, settings: Settings): string {
  const { region, formUrl } = settings
  const bucket = otherBucket(stage, settings)
  const replaced = commands.replaceAll(/^export STAGE=\S+ AWS_REGION=\S+ AWS_DEFAULT_REGION=\S+/gm, () =>
    variablesOf(stage, settings),
  )
  return [
    bucket && ([/^BUCKET=.*$/gm, `BUCKET=${bucket}`] as const),
    // S3 takes every other Region as a constraint, and refuses this one.
    region === 'us-east-1' && ([/ --create-bucket-configuration "[^"]*"/g, ''] as const),
    formUrl && ([/(?<=--website-url )\S+/g, `'${formUrl.replaceAll("'", '%27')}'`] as const),
  ].reduce((text, edit) => (edit ? text.replaceAll(edit[0], () => edit[1]) : text), replaced)
}

/**
 * What remains to be done after `npm run init`, which is the first step of docs/deploy.md.
 * @param document docs/deploy.md
 * @param stages those that were asked for, with their settings
 */
export function leftToDo(document: string, stages: [Stage, Settings][]): string {
  const [first, ...others] = stages
  if (!first) return ''
  const needed = (wanted: string | undefined) =>
    stages.flatMap(([stage, settings]) => (!wanted || valueAt(settings, wanted) !== undefined ? [stage] : []))
  const steps = stepsOf(document)
    .slice(1)
    .flatMap(({ number, title, needs: wanted, commands }) => {
      const of = needed(wanted)
      if (of.length === 0) return []
      const only = of.length < stages.length ? ` (only ${of.join(', ')})` : ''
      const lines = withSettings(commands.join('\n\n'), ...first)
      const what = lines ? `\n\n${indented(lines)}` : ': see docs/deploy.md'
      return [`${number}. ${title}${only}${what}`]
    })
  const again = others.map(([stage, settings]) => {
    const bucket = otherBucket(stage, settings)
    const begin = [variablesOf(stage, settings), ...(bucket ? [`BUCKET=${bucket}`] : [])].join('\n')
    return `Then the same for ${stage}, in a new shell, with these in step 2:\n\n${indented(begin)}`
  })
  return ['What is left to do, with the commands of docs/deploy.md, which has the reasons:', ...steps, ...again].join(
    '\n\n',
  )
}

const indented = (text: string) => text.replaceAll(/^(?=.)/gm, '   ')

import { readFile } from 'node:fs/promises'
import { Refusal } from '@confirmation-reminder/cli/terminal/refusal'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { examplesOf, faultsOf, malformedIn, pathsOf } from '../check-settings.ts'
import type { Settings } from '../settings.ts'
import { answered, isAbout, isOptional, isSettled, taken } from './answers.ts'
import { leftToDo } from './left-to-do.ts'
import { checkShared, type Options, stagesOf } from './options.ts'
import { differencesAt, valueAt } from './paths.ts'
import { answerOf, leftOut, type Question, questions } from './questions.ts'
import { rewriteSetting } from './rewrite.ts'
import { type AllSettings, type Load, replaceSettings } from './settings-file.ts'
import { interruption, type Terminal } from './terminal.ts'

export interface Init {
  options: Options
  /** settings.ts. */
  file: string
  load: Load
  /** Formats a source. */
  format(source: string): Promise<string>
  /** docs/deploy.md. */
  document: string
  /** Left out: there is no one to ask. */
  terminal?: Terminal | undefined
  /** Prints lines. @throws Refusal if the reader of the output has gone */
  print(text: string): Promise<void>
  /** Puts emphasis on a text, where the output shows it. */
  style: Style
  /** `owner/name` of the checkout's remote on GitHub. */
  repository?: string | undefined
  /** Aborted on Ctrl-C. */
  signal: AbortSignal
}

export type Style = Record<'heading' | 'removed' | 'added' | 'refused', (text: string) => string>

const exitCodes = { done: 0, declined: 1 }

/**
 * Asks for what the settings of a stage need, and writes it.
 * @returns the exit code
 * @throws UsageError that names the options that are wrong or missing
 * @throws Refusal if it ends early: then nothing was changed
 */
export async function init(from: Init): Promise<number> {
  const { options, file, terminal, print, style, signal } = from
  const source = await readFile(file, 'utf8')
  const before = await from.load(file)
  const chosen = options.stages ?? (await askForStages(from))
  checkShared(options, chosen)
  refuseOtherFaults(chosen, before)

  const after = await answers(from, chosen, before)
  const changes = chosen.flatMap((stage) => changesOf(stage, before, after))
  if (changes.length === 0) await print('\nThe settings stay as they are.')
  else {
    await print(`\n${style.heading('Changes of infra/src/settings.ts:')}\n`)
    for (const change of changes) await print(inWords(change, style))
    if (!options.yes && !(await confirmed(terminal, print))) return exitCodes.declined
    const paths = pathsOf(after[chosen[0] ?? 'dev'])
    const rewritten = changes.reduce(
      (text, { stage, path }) => rewriteSetting(text, stage, path, after[stage], paths),
      source,
    )
    const replacement = { before: source, after: await from.format(rewritten), expected: after, load: from.load }
    await replaceSettings(file, replacement, () => {
      if (signal.aborted) throw interruption()
    })
  }
  await print(`\n${ending(from.document, chosen, after)}`)
  return exitCodes.done
}

/** @throws Refusal with the settings that are wrong and that no question is about */
function refuseOtherFaults(chosen: Stage[], settings: AllSettings): void {
  const others = chosen.flatMap((stage) =>
    malformedIn(stage, settings[stage]).filter((fault) => !questions.some(({ path }) => isAbout(stage, path, fault))),
  )
  if (others.length > 0) {
    throw new Refusal(`Correct this in infra/src/settings.ts first. Nothing was changed.\n${others.join('\n')}`)
  }
}

async function askForStages({ terminal, print, style }: Init): Promise<Stage[]> {
  if (!terminal) return stagesOf(undefined)
  await print('Each stage has settings of its own: dev to try things, prod for your customers.')
  for (;;) {
    const answer = await terminal.ask(`Which stage: ${stages.join(', ')} or both? [dev] `)
    try {
      return stagesOf(answer || 'dev')
    } catch (error) {
      await print(style.refused((error as Error).message))
    }
  }
}

/** The settings with the answers: of the options first, and of a person then. */
async function answers(from: Init, chosen: Stage[], before: AllSettings): Promise<AllSettings> {
  const after = { ...before }
  const { options, terminal, print } = from
  for (const stage of chosen) after[stage] = withOptions(stage, after[stage], options)
  const missing: string[] = []
  for (const stage of chosen) {
    const open = questions.filter((question) => !options.answers.has(question.path) && isAsked(stage, after, question))
    if (terminal && open.length > 0) await print(introduction(stage, open.length))
    for (const question of open) {
      if (terminal) after[stage] = await ask(from, stage, after, question)
      else if (!isSettled(stage, after[stage], question.path)) {
        missing.push(`Missing --${question.option}: it takes ${taken(after[stage], question)}.`)
      }
    }
  }
  if (missing.length > 0) throw new UsageError([...new Set(missing)].join('\n'))
  for (const stage of chosen) after[stage] = await consistent(from, stage, after)
  return after
}

/**
 * Asks again where answers contradict each other, which no single answer shows.
 * @throws Refusal with what contradicts, if no question is about it
 */
async function consistent(from: Init, stage: Stage, all: AllSettings): Promise<Settings> {
  const faults = faultsOf(stage, all[stage])
  if (faults.length === 0) return all[stage]
  const question = questions.find(({ path }) => isAbout(stage, path, faults[0] ?? ''))
  if (!from.terminal || !question) throw new Refusal(`Nothing was changed.\n${faults.join('\n')}`)
  await from.print(`\n${from.style.refused(faults[0] ?? '')}`)
  return consistent(from, stage, { ...all, [stage]: await ask(from, stage, all, question) })
}

/** @throws UsageError with the sentences of synthesis about a wrong answer */
function withOptions(stage: Stage, settings: Settings, { answers }: Options): Settings {
  return questions.reduce((changed, question) => {
    const answer = answers.get(question.path)
    if (answer === undefined) return changed
    const result = answered(stage, changed, question, answer)
    if ('refused' in result) throw new UsageError(result.refused.join('\n'))
    return result.settings
  }, settings)
}

/** A question that is for another stage is asked only where an example must go. */
const isAsked = (stage: Stage, settings: AllSettings, { path, onlyIn }: Question) =>
  onlyIn === undefined || onlyIn === stage || !isSettled(stage, settings[stage], path)

const introduction = (stage: Stage, count: number) =>
  `
${count} questions about ${stage}. Enter takes the answer in brackets, "${leftOut}" leaves an optional setting out, and Ctrl-C
ends this with nothing changed. All other settings are in infra/src/settings.ts, with their comments.`

/** Asks until an answer is one that synthesis accepts. */
async function ask(from: Init, stage: Stage, all: AllSettings, question: Question): Promise<Settings> {
  const { terminal, print, style } = from
  const settings = all[stage]
  const suggested = suggestion(from, stage, all, question)
  await print(`\n${style.heading(question.name)} (${stage}): ${taken(settings, question)}.\n  ${question.why}`)
  for (;;) {
    const typed = await terminal?.ask(suggested === undefined ? '> ' : `[${suggested}] > `)
    const result = answered(stage, settings, question, typed || (suggested ?? ''))
    if ('settings' in result) return result.settings
    for (const sentence of result.refused) await print(style.refused(sentence))
  }
}

/** The present value; in place of an example, what follows from other answers, if it would be accepted. */
function suggestion(from: Init, stage: Stage, all: AllSettings, question: Question): string | undefined {
  const settings = all[stage]
  const { path, perStage } = question
  if (isSettled(stage, settings, path)) return answerOf(settings, path)
  const ofOthers = stages.flatMap((other) =>
    perStage || other === stage || !isSettled(other, all[other], path) ? [] : [answerOf(all[other], path)],
  )
  const followed = question.suggest?.({ settings, repository: from.repository })
  return [...ofOthers, followed].find(
    (answer) =>
      answer !== undefined &&
      (answer !== leftOut || isOptional(stage, settings, path)) &&
      'settings' in answered(stage, settings, question, answer),
  )
}

interface Change {
  stage: Stage
  path: string
  before: unknown
  after: unknown
}

const changesOf = (stage: Stage, before: AllSettings, after: AllSettings): Change[] =>
  differencesAt(
    before[stage],
    after[stage],
    questions.map(({ path }) => path),
  ).map((path) => ({ stage, path, before: valueAt(before[stage], path), after: valueAt(after[stage], path) }))

function inWords({ stage, path, before, after }: Change, { removed, added }: Style): string {
  const name = `settings.${stage}.${path}`
  return [
    ...(before === undefined ? [] : [removed(`- ${name}: ${JSON.stringify(before)}`)]),
    ...(after === undefined ? [] : [added(`+ ${name}: ${JSON.stringify(after)}`)]),
  ].join('\n')
}

/** @throws UsageError where no one can be asked */
async function confirmed(terminal: Terminal | undefined, print: Init['print']): Promise<boolean> {
  if (!terminal) throw new UsageError('Missing --yes: without a terminal, nothing is written without it.')
  await print('')
  for (;;) {
    const answer = (await terminal.ask('Write it? [yes] ')).toLowerCase()
    if (['', 'y', 'yes'].includes(answer)) return true
    if (['n', 'no'].includes(answer)) {
      await print('Nothing was changed.')
      return false
    }
  }
}

/** Which examples remain, and the steps to the first deploy. */
function ending(document: string, chosen: Stage[], after: AllSettings): string {
  const remaining = stages.flatMap((stage) =>
    examplesOf(stage, after[stage]).map((sentence) => `- ${sentence}${optionFor(stage, sentence)}`),
  )
  const examples =
    remaining.length > 0
      ? [`These examples remain. Their stages cannot be deployed with them:\n${remaining.join('\n')}`]
      : []
  const steps = leftToDo(
    document,
    chosen.map((stage) => [stage, after[stage]]),
  )
  return [...examples, steps].join('\n\n')
}

function optionFor(stage: Stage, sentence: string): string {
  const question = questions.find(({ path }) => isAbout(stage, path, sentence))
  return question ? ` Option: --stage ${stage} --${question.option}` : ''
}

import { CustomNotification, longestText } from '@confirmation-reminder/contracts/custom-notification'
import * as v from 'valibot'
import type { Danger } from './danger.ts'
import { oneLine } from './display-value.ts'
import { headline } from './headline.ts'
import type { Report } from './report.ts'
import { capital } from './subjects.ts'

/**
 * The Slack message of a nightly plan: nothing where the stage is as main says, one message otherwise.
 * @param stage whose plan it is
 * @param link where the whole report is
 */
export function driftNotification(report: Report, stage: string, link?: string): CustomNotification | undefined {
  const { drift, groups, dangers, empty, byHand } = report
  if (empty && drift.length === 0 && byHand.length === 0) return undefined
  const changes = groups.flatMap(({ changes }) => changes)
  const outside = drift.map(
    ({ title, kind, address }) => `${capital(title)} was ${kind} outside Terraform (${address})`,
  )
  const waiting = changes.map(({ title, kind, address }) => `${capital(title)} would be ${kind} (${address})`)
  const description = [
    ...(empty ? [] : [`The nightly plan is not empty. ${headline(report)}`]),
    ...dangers.map(inOneLine),
    ...byHand,
    ...outside,
    ...waiting,
  ]
  return v.parse(CustomNotification, {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: `${stage}: what runs is not what main says`,
      description: cut(description.map((line) => oneLine(line).replace(/[<>&@]/g, ' ')).join('\n')),
      nextSteps: [
        ...(link ? [`Read the whole plan: <${link}|report>`] : []),
        ...(dangers.length ? ['Do not deploy main before you know the reason of each danger'] : []),
        'If it was changed by hand, write the change into infra/ or deploy main again',
        'If a deploy waits for its approval, give or refuse it',
      ],
      keywords: ['drift', stage],
    },
    metadata: { threadId: `drift-${stage}`, eventType: 'drift', summary: `${stage} drifted` },
  })
}

const inOneLine = ({ title, why }: Danger) => `*${title}.* ${why}`
const cut = (text: string) => (text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text)

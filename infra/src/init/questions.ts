import type { Stage } from '@confirmation-reminder/contracts/stages'
import type { Settings } from '../settings.ts'
import { valueAt } from './paths.ts'

/** What a suggestion may follow from. */
export interface Known {
  /** The settings of the stage, with the answers so far. */
  settings: Settings
  /** `owner/name` of the checkout's remote on GitHub, if it has one. */
  repository?: string | undefined
}

/** A setting that `npm run init` asks for. Its check, and what to put there, are those of check-settings.ts. */
export interface Question {
  /** Where the answer stands in the settings of a stage. */
  path: string
  /** The option with the answer, without its dashes. */
  option: string
  /** What is asked, as a noun. */
  name: string
  why: string
  /** Whether two stages cannot have the same answer. */
  perStage?: true
  /** The only stage that is asked; another one has the answer only by its option. Left out: every stage is asked. */
  onlyIn?: Stage
  /** What a terminal offers in place of an example. Left out: the answer of the other stage, if stages may share it. */
  suggest?(known: Known): string | undefined
}

/** The answer that means that an optional setting is left out. */
export const leftOut = 'none'

/** In the order in which they are asked: what others follow from comes first. */
export const questions: Question[] = [
  {
    path: 'region',
    option: 'region',
    name: 'AWS Region',
    why: 'Everything of the stage runs there. It cannot change after the first deploy.',
  },
  {
    path: 'accountId',
    option: 'account',
    name: 'AWS account',
    why: 'Terraform then refuses every other account. An account holds one stage.',
    perStage: true,
  },
  {
    path: 'brand.name',
    option: 'brand-name',
    name: 'Name of your service',
    why: 'The first sentence of mails and pages says who writes, so that they do not read like phishing.',
  },
  {
    path: 'brand.accent',
    option: 'accent',
    name: 'Colour of buttons',
    why: 'Their white text must be legible on it, in light and in dark.',
  },
  {
    path: 'brand.logo',
    option: 'logo',
    name: 'Logo',
    why: 'An image above mails and pages. Without one, the name stands there.',
  },
  {
    path: 'brand.postalAddress',
    option: 'postal-address',
    name: 'Sender in the footer',
    why: 'Many countries require the name and the postal address of the sender in a mail.',
  },
  {
    path: 'brand.privacyUrl',
    option: 'privacy-url',
    name: 'Privacy policy',
    why: 'The footer of mails and pages links to it.',
    suggest: () => leftOut,
  },
  {
    path: 'brand.supportUrl',
    option: 'support-url',
    name: 'Help for your customers',
    why: 'The footer of mails and pages links to it.',
    suggest: () => leftOut,
  },
  {
    path: 'sender',
    option: 'sender',
    name: 'Sender of mails',
    why: 'People see it in their inbox, and SES verifies its domain, so you need access to the DNS of it.',
  },
  {
    path: 'replyTo',
    option: 'reply-to',
    name: 'Address for replies',
    why: 'People answer confirmation mails: someone should read what they write.',
    suggest: ({ settings: { sender } }) => /<(.*)>$/.exec(sender)?.[1] ?? sender,
  },
  {
    path: 'publicUrl',
    option: 'public-url',
    name: 'Base URL of links in mails',
    why: "A custom domain that leads to the API. Without one, links have the API's own address.",
    perStage: true,
    onlyIn: 'prod',
    suggest: () => leftOut,
  },
  {
    path: 'formUrl',
    option: 'form-url',
    name: 'Registration form of your site',
    why: 'Pages link back to it. Without one, they link to a plain form of the API.',
    onlyIn: 'prod',
    suggest: () => leftOut,
  },
  {
    path: 'github.repository',
    option: 'repository',
    name: 'GitHub repository',
    why: 'The roles that ship functions trust exactly this one. Without one, there are no such roles.',
    suggest: ({ repository }) => repository,
  },
  {
    path: 'runbookUrl',
    option: 'runbook-url',
    name: 'URL of the runbook',
    why: 'Every alarm links to its section there.',
    suggest: ({ settings: { github } }) =>
      github && `https://github.com/${github.repository.replaceAll(/@\d+/g, '')}/blob/main/docs/runbook.md`,
  },
  {
    path: 'slack.workspaceId',
    option: 'slack-workspace',
    name: 'Slack workspace',
    why: 'The alarms are posted there.',
  },
  {
    path: 'slack.channelId',
    option: 'slack-channel',
    name: 'Slack channel',
    why: 'The one channel for all alarms of the stage.',
  },
  {
    path: 'owner',
    option: 'owner',
    name: 'Owner',
    why: 'Every alarm names who looks after the stage.',
  },
  {
    path: 'stateBucket',
    option: 'state-bucket',
    name: "Bucket of Terraform's state",
    why: 'Deployments from GitHub need it. Without one, the state is a file in infra/, for a single person. The commands of docs/deploy.md create confirmation-reminder-<stage>-<account>-state.',
    perStage: true,
  },
  {
    path: 'quietHours',
    option: 'quiet-hours',
    name: 'Quiet hours and their time zone',
    why: 'A reminder that is due in these hours waits for their end. Take the time zone of the people who register.',
    onlyIn: 'prod',
  },
  {
    path: 'expectedRegistrationsPerDay',
    option: 'registrations-per-day',
    name: 'Registrations on a busy day',
    why: 'The report on a plan calculates costs and limits from it. It limits nothing.',
  },
]

/** A setting as the answer that leads to it. */
export const answerOf = (settings: Settings, path: string): string => {
  const value = valueAt(settings, path)
  return value === undefined || value === '' ? leftOut : String(value)
}

/** `owner/name` of a remote's address on GitHub. */
export const repositoryOf = (address: string): string | undefined =>
  /github\.com[:/]([\w-]+\/[\w.-]+?)(?:\.git)?\/?\s*$/.exec(address)?.[1]

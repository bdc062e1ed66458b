import type { ComponentType } from 'preact'
import { Alarms } from './pages/alarms.tsx'
import { Architecture } from './pages/architecture.tsx'
import { Faults } from './pages/faults.tsx'
import { Functions } from './pages/functions.tsx'
import { Journey } from './pages/journey.tsx'
import { Mails } from './pages/mails.tsx'
import { Overview } from './pages/overview.tsx'
import { Run } from './pages/run.tsx'
import { Runbook } from './pages/runbook.tsx'
import { Runs } from './pages/runs.tsx'
import { Slack } from './pages/slack.tsx'

/** A page of the console. */
interface ConsolePage {
  /** The first part of its path: lower-case letters; empty for the first page. */
  path: string
  title: string
  /** Shows what the rest of the path names, as in `/runs/<name>`. */
  Page: ComponentType<{ rest: string }>
}

/** All pages, in the order of the navigation. */
export const pages: readonly ConsolePage[] = [
  { path: '', title: 'Journey', Page: Journey },
  { path: 'runs', title: 'Runs', Page: ({ rest }) => (rest ? <Run key={rest} name={rest} /> : <Runs />) },
  { path: 'mails', title: 'Mail', Page: Mails },
  { path: 'slack', title: 'Slack', Page: Slack },
  { path: 'alarms', title: 'Alarms', Page: Alarms },
  { path: 'overview', title: 'Overview', Page: Overview },
  { path: 'functions', title: 'Functions', Page: Functions },
  { path: 'architecture', title: 'Architecture', Page: Architecture },
  { path: 'faults', title: 'Faults', Page: Faults },
  { path: 'runbook', title: 'Runbook', Page: Runbook },
]

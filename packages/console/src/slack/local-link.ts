/** Where a link of a post leads in the console: to a page of its own, to the web, or nowhere on this machine. */
export type Destination =
  | { kind: 'page'; path: string; query?: Record<string, string> }
  | { kind: 'web'; url: string }
  | { kind: 'nowhere'; why: string }

const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']

/**
 * Posts are written for AWS, where they link to its console and to the runbook of the stage. This finds the console's own
 * page for such a link: the local cloud runs no AWS console, and its runbook is that of this checkout.
 */
export function destinationOf(url: string): Destination {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.pathname.endsWith('/docs/runbook.md')) {
    return { kind: 'page', path: `/runbook${parsed.hash.replace('#', '/')}` }
  }
  if (!parsed || !/(^|\.)console\.aws\.amazon\.com$/.test(parsed.hostname)) return { kind: 'web', url }
  return pageOf(parsed) ?? { kind: 'nowhere', why: "Leads to AWS's console, which has no such page for a local cloud." }
}

/** The page that shows what a page of AWS's console does, if there is one. */
function pageOf({ pathname, hash }: URL): Destination | undefined {
  if (pathname === '/states/home') {
    const run = /^#\/v2\/executions\/details\/[^/?]+:([^:/?]+)$/.exec(hash)?.[1]
    if (run !== undefined) return { kind: 'page', path: `/runs/${run}` }
    const status = /^#\/statemachines\/view\/[^/?]+\?statusFilter=([A-Z_]+)$/.exec(hash)?.[1]
    if (status !== undefined && statuses.includes(status)) return { kind: 'page', path: '/runs', query: { status } }
  }
  if (pathname === '/cloudwatch/home') {
    const name = /^#logsV2:log-groups\/log-group\/\$252Faws\$252Flambda\$252F([\w-]+)$/.exec(hash)?.[1]
    if (name !== undefined) return { kind: 'page', path: `/functions/${name}` }
  }
  if (pathname === '/ses/home') return { kind: 'page', path: '/mails' }
  return undefined
}

import { type Grant, inWords, widening } from '@confirmation-reminder/iam/compare'
import { type Change, isRemoved } from './change.ts'
import type { Danger } from './danger.ts'
import { type DisplayValue, Unknown } from './display-value.ts'
import { capital, named } from './subjects.ts'

/** Who may invoke a function, where that is open to strangers or widens. */
export function invocationDangers(change: Change): Danger[] {
  const { type, kind, title, before, after } = change
  if (type === 'aws_lambda_function_url') return url(change)
  if (type !== 'aws_lambda_permission' || kind === 'destroyed' || kind === 'forgotten') return []
  const { principal, source_arn: source, source_account: account } = after
  // One of AWS's services, for one resource or account, is how routes and rules work.
  const isService = typeof principal === 'string' && principal.endsWith('.amazonaws.com')
  const bounded = source instanceof Unknown || /\d{12}/.test(String(source)) || Boolean(account)
  if (!isService || !bounded) {
    const why = isService
      ? 'Strangers may do it too: it is limited to no resource and no account.'
      : 'Its principal is an account, a user or everybody, not an AWS service.'
    return [
      {
        title: `${capital(title)} lets ${typeof principal === 'string' ? named(principal) : 'someone'} invoke a function`,
        why,
      },
    ]
  }
  if (kind === 'created') return []
  const [was, is] = [grants(before, before), grants(after, before)]
  const { gained } = widening(was, is)
  if (!gained.length) return []
  return [
    {
      title: `${capital(title)} widens`,
      why: 'More callers may invoke the function.',
      before: inWords(was),
      after: inWords(is),
    },
  ]
}

/** A right to invoke as the grant that Lambda makes of it. A source that is created again is taken for the previous one. */
function grants(values: Change['after'], old: Change['before']): Grant[] {
  const source = values.source_arn instanceof Unknown ? old.source_arn : values.source_arn
  const { principal, action, function_name, qualifier, source_account } = values
  const text = (value: DisplayValue | undefined) => (typeof value === 'string' ? value : '')
  const condition = {
    function: [text(function_name), text(qualifier)].filter(Boolean).join(':'),
    ...(source_account && { account: text(source_account) }),
  }
  const only = (pattern: string) => ({ allBut: false, patterns: [pattern] })
  return [
    {
      effect: 'Allow',
      principal: only(text(principal)),
      action: only(text(action)),
      resource: only(text(source) || '*'),
      condition: JSON.stringify(condition),
    },
  ]
}

/** An address of a function's own, past the API and its throttling. */
function url({ kind, title, before, after, ...change }: Change): Danger[] {
  const open = after.authorization_type === 'NONE' && (kind === 'created' || before.authorization_type !== 'NONE')
  if (!open || isRemoved({ kind, title, before, after, ...change })) return []
  const why = 'Anyone who knows the address can invoke the function.'
  return [
    {
      title: `${capital(title)} is open to everybody`,
      why,
      before: ['no such address, or a signed one'],
      after: ['NONE'],
    },
  ]
}

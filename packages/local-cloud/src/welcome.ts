import { styleText } from 'node:util'

/** What a started local cloud prints: where things are, and what to do next. */
export function welcome({
  stack,
  region,
  cloudUrl,
  apiUrl,
  dataFolder,
  token,
  behindProxy,
  iam,
  colours,
  otherNode,
  leftOut,
}: {
  stack: string
  region: string
  cloudUrl: string
  apiUrl: string
  dataFolder: string
  /** The token that requests to the cloud's URL need; undefined if they need none. */
  token: string | undefined
  /** Whether clients of this shell would use a proxy for loopback addresses. */
  behindProxy: boolean
  /** Whether the policies of the stack are enforced. */
  iam: boolean
  /** Whether the terminal shows colours. */
  colours: boolean
  /** That functions have another Node on AWS; undefined if they do not. */
  otherNode: string | undefined
  /** What of the stack is made on AWS only, in words. */
  leftOut: readonly string[]
}): string {
  const curl = behindProxy ? `curl --noproxy '*'` : 'curl'
  const cloudCurl = token === undefined ? curl : `${curl} -H 'authorization: Bearer ${token}'`
  const json = `-H 'content-type: application/json'`
  return `
${stack} runs here as Terraform would deploy it.
${iam ? '' : `${withoutPolicies(colours)}\n`}
AWS endpoint  ${cloudUrl}
HTTP API      ${apiUrl}
Console       ${cloudUrl}/${token === undefined ? '' : `?token=${token}`}
Data folder   ${dataFolder}
${leftOut.length === 0 ? '' : `Only on AWS   ${leftOut.join(', ')}\n`}${otherNode === undefined ? '' : `\n${otherNode}\n`}
Register an address:
  ${curl} -i ${apiUrl}/registrations ${json} -d '{"email":"you@example.com"}'
Skip a day:
  ${cloudCurl} ${cloudUrl}/_local/clock ${json} -d '{"skipSeconds":86400}'
Read the mails:
  ${cloudCurl} ${cloudUrl}/_local/mails
Point AWS clients here:
  export AWS_ENDPOINT_URL=${cloudUrl}
  export AWS_REGION=${region} AWS_DEFAULT_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=${token ?? 'local'}${behindProxy ? ' NO_PROXY=127.0.0.1' : ''}

Ctrl-C stops it and keeps its data.`
}

/** A deploy without a grant works here and fails on AWS: no one must miss that. */
function withoutPolicies(colours: boolean): string {
  const warning = 'IAM is off: no policy is enforced, and a missing grant fails on AWS only.'
  return colours ? styleText('red', warning, { validateStream: false }) : warning
}

/** What a started local cloud prints: where things are, and what to do next. */
export function welcome({
  stack,
  region,
  cloudUrl,
  apiUrl,
  dataFolder,
  behindProxy,
}: {
  stack: string
  region: string
  cloudUrl: string
  apiUrl: string
  dataFolder: string
  /** Whether clients of this shell would ask a proxy for loopback addresses. */
  behindProxy: boolean
}): string {
  const curl = behindProxy ? `curl --noproxy '*'` : 'curl'
  const json = `-H 'content-type: application/json'`
  return `
${stack} runs here as Terraform would deploy it.

AWS endpoint  ${cloudUrl}
HTTP API      ${apiUrl}
Console       ${cloudUrl}/
Data folder   ${dataFolder}

Register an address:
  ${curl} -i ${apiUrl}/registrations ${json} -d '{"email":"you@example.com"}'
Skip a day:
  ${curl} ${cloudUrl}/_local/clock ${json} -d '{"skipSeconds":86400}'
Read the mails:
  ${curl} ${cloudUrl}/_local/mails
Point AWS clients here:
  export AWS_ENDPOINT_URL=${cloudUrl}
  export AWS_REGION=${region} AWS_DEFAULT_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local${behindProxy ? ' NO_PROXY=127.0.0.1' : ''}

Ctrl-C stops it; what it holds stays.`
}

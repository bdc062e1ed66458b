/** What a started local cloud prints: where things are, and what to do next. */
export function welcome({
  stack,
  region,
  cloudUrl,
  apiUrl,
  dataFolder,
  token,
  behindProxy,
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
}): string {
  const curl = behindProxy ? `curl --noproxy '*'` : 'curl'
  const cloudCurl = token === undefined ? curl : `${curl} -H 'authorization: Bearer ${token}'`
  const json = `-H 'content-type: application/json'`
  return `
${stack} runs here as Terraform would deploy it.

AWS endpoint  ${cloudUrl}
HTTP API      ${apiUrl}
Console       ${cloudUrl}/${token === undefined ? '' : `?token=${token}`}
Data folder   ${dataFolder}

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

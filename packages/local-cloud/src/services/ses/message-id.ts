/** The Message-ID header that SES gives a mail, whatever it had before. */
export function messageIdHeader(id: string, region: string): string {
  return `<${id}@${region === 'us-east-1' ? 'email' : region}.amazonses.com>`
}

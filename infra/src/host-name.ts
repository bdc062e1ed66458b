/** A host name in lower case, of at least two labels: what certificates, records and addresses may have. */
export const hostName = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/

/** The domain of a mailbox such as `Name <local@domain>`, in lower case. */
export const domainOf = (mailbox: string) => mailbox.replace(/^.*@([^>]*)>?$/, '$1').toLowerCase()

/** Whether a host is in a domain and not the domain itself. */
export const isBelow = (host: string, domain: string) => host.endsWith(`.${domain}`)

/** Whether a host is a domain, or in it. */
export const isIn = (host: string, domain: string) => host === domain || isBelow(host, domain)

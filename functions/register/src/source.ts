import { isIPv6 } from 'node:net'

/**
 * Where a registration comes from, as far as an IP address shows: the address itself or, of IPv6, its first 64 bits,
 * because a single customer of a provider has all the addresses behind them. Every spelling of an address is one source.
 */
export function sourceOf(ip: string): string {
  if (!isIPv6(ip)) return ip
  const groups = groupsOf(ip)
  const isMapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff'
  return isMapped ? dotted(groups.slice(6)) : `${groups.slice(0, 4).join(':')}::/64`
}

/** The eight groups of an IPv6 address, in lower-case hexadecimal without leading zeros. */
function groupsOf(ip: string): string[] {
  // A URL knows no zone, and writes the rest as RFC 5952 wants it.
  const { hostname } = new URL(`http://[${ip.replace(/%.*/, '')}]`)
  const [left = [], right = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((part) => part.split(':').filter(Boolean))
  return [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
}

/** An IPv4 address that an IPv6 address holds in two groups (`::ffff:192.0.2.1`). */
function dotted(groups: string[]): string {
  return groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((number) => [number >> 8, number & 0xff])
    .join('.')
}

import { isIPv4, isIPv6, SocketAddress } from 'node:net'

/**
 * An IP address in its one spelling. Port, brackets and zone are left aside, an IPv4 address that
 * is mapped into IPv6 (RFC 4291, 2.5.5.2) is itself, and IPv6 is written as `inet_ntop` does: each
 * spelling taken for another client would bring new guesses.
 *
 * @returns undefined for what is no address
 */
export function readAddress(given: string): string | undefined {
  const text = given.trim()
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? []
  const [, beforePort] = /^([\d.]+):\d{1,5}$/.exec(text) ?? []
  const bare = bracketed ?? beforePort ?? text
  if (isIPv4(bare)) return bare
  if (!isIPv6(bare)) return undefined
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' })
  return /^::ffff:([\d.]+)$/.exec(address)?.[1] ?? address
}

/**
 * The network of an address as `readAddress` has it: of IPv6 the first 64 bits, since a home has
 * 2^64 addresses in it.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter(Boolean)
  const rest = (tail ?? '').split(':').filter(Boolean)
  const missing = tail === undefined ? 0 : 8 - groups.length - rest.length
  const whole = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...rest]
  return whole.slice(0, 4).join(':')
}

/**
 * The prefix that an address is counted with: of IPv4 the first 24 bits, the smallest network that
 * is routed by itself, of IPv6 its network.
 */
export const prefixOf = (address: string): string =>
  isIPv4(address) ? address.replace(/\.\d+$/, '') : networkOf(address)

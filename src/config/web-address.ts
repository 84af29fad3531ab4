/**
 * As browsers and web views send one (RFC 6454, 6.2): scheme, host and perhaps a port, in lower
 * case, without the scheme's own port. Not by `URL.origin`, which is `null` for schemes that
 * browsers do not know.
 */
export function isOrigin(given: string): boolean {
  if (!URL.canParse(given) || given.includes('*')) return false
  const { protocol, host } = new URL(given)
  return host !== '' && given === `${protocol}//${host}`.toLowerCase()
}

/**
 * As long as the contract's `Location` leaves room for; of characters that mean nothing to a shell,
 * since the first screen has lines to paste.
 */
const urlPattern = /^(?=.{1,200}$)https?:\/\/[a-z0-9._:[\]-]+(\/[\w.~%-]+)*\/?$/

/**
 * Without a slash at the end; undefined where none is given, or what is no such URL, which is then
 * a problem.
 */
export function publicUrlOf(given: string | undefined, problems: string[]): string | undefined {
  if (given === undefined) return undefined
  const { href } = URL.canParse(given) ? new URL(given) : { href: '' }
  if (urlPattern.test(href)) return href.replace(/\/$/, '')
  // Not shown: it may hold a password.
  problems.push(
    'PUBLIC_URL must be a URL like https://example.com/accounts: http or https, at most 200 characters, no user, query or fragment, a path of letters, digits and - . _ ~ %',
  )
  return undefined
}

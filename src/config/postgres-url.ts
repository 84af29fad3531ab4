/** What a URL of PostgreSQL names. */
export interface PostgresUrl {
  /** A URL for each host, as `pg` reads it. */
  readonly urls: readonly string[]
  /** `target_session_attrs`: which of the hosts will do. */
  readonly target: string | undefined
}

/**
 * Reads a URL as libpq does (PostgreSQL 15, 34.1.1.2 and 34.1.1.3), with several hosts before the
 * path or in the parameter `host`; `pg` itself knows one host alone.
 *
 * @returns undefined for what is no such URL
 */
export function readPostgresUrl(given: string): PostgresUrl | undefined {
  const [, before, authority = '', path = '', query = ''] =
    /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)(\/[^?#]*)?(?:\?([^#]*))?$/.exec(given) ?? []
  if (before === undefined) return undefined
  const parameters = query.split('&').filter(Boolean)
  const valuesOf = (name: string) =>
    parameters
      .filter((each) => each.startsWith(`${name}=`))
      .flatMap((each) => decoded(each.slice(name.length + 1)).split(','))
  const others = parameters.filter((each) => !/^(host|port|target_session_attrs)=/.test(each))
  const [hosts, ports] = [valuesOf('host'), valuesOf('port')]
  const named = hosts.length > 0 ? hosts : authority.split(',')
  if (named.length > 1 && named.includes('')) return undefined
  if (ports.length > 1 && ports.length !== named.length) return undefined
  const urls = named.map((host, at) => {
    const port = ports[ports.length === 1 ? 0 : at]
    const own = [hosts.length > 0 && `host=${encodeURIComponent(host)}`, port && `port=${encodeURIComponent(port)}`]
    const all = [...own.filter(Boolean), ...others].join('&')
    return `${before}${hosts.length > 0 ? authority : host}${path}${all && `?${all}`}`
  })
  return urls.every(isUrlOfOneHost) ? { urls, target: valuesOf('target_session_attrs')[0] } : undefined
}

/** As `pg` reads one: the host may be missing behind the user, which no other URL allows. */
function isUrlOfOneHost(given: string): boolean {
  const url = given.replace('@/', '@localhost/')
  // A "#" or "%" of a password that was not encoded.
  return !/#|%(?![0-9a-f]{2})/i.test(url) && URL.canParse(url) && decoded(url) !== ''
}

/** Empty where it is encoded wrongly. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

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
 * @returns for what is no such URL, what it "must" be, in words that do not show it
 */
export function readPostgresUrl(given: string): PostgresUrl | string {
  const [, before, authority = '', path = '/', query = ''] =
    /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)(\/[^?#]*)?(?:\?([^#]*))?$/.exec(given) ?? []
  if (before === undefined || !isEncoded(given)) return wellFormed
  const parameters = new URLSearchParams(query)
  const take = (name: string) => {
    const value = parameters.getAll(name).at(-1)
    parameters.delete(name)
    return value
  }
  const mode = parameters.getAll('sslmode').at(-1)
  if (mode !== undefined && !sslModes.includes(mode)) return `have an sslmode of ${sslModes.join(', ')}`
  const [host, port, target] = [take('host'), take('port'), take('target_session_attrs')]
  // Either parameter stands for its part of the authority alone: the ports there are of `host` too.
  const places = authority.split(',').map((place) => place.split(/:(?=[^\]:]*$)/))
  const hosts = host?.split(',') ?? places.map(([named = '']) => named)
  const ports = port?.split(',') ?? places.map(([, numbered = '']) => numbered)
  if (hosts.length > 1 && hosts.includes('')) return 'have a host before and after each comma between its hosts'
  if ((ports.length > 1 && ports.length !== hosts.length) || !ports.every(isPort))
    return `have ports from 1 to 65535, one for all of its hosts or one for each, ${encoded}`
  const urls = hosts.map((named, at) => {
    const numbered = ports[ports.length === 1 ? 0 : at] as string
    // A URL has no port without a host, and no folder of a socket as its host.
    const isPlaced = host === undefined && named !== ''
    const moved = isPlaced ? [] : Object.entries({ host: named, port: numbered }).filter(([, value]) => value)
    const all = new URLSearchParams([...moved, ...parameters])
    return `${before}${isPlaced ? named + (numbered && `:${numbered}`) : ''}${path}${all.size > 0 ? `?${all}` : ''}`
  })
  return urls.every(isUrlOfOneHost) ? { urls, target } : wellFormed
}

// What follows a "/" of a password would be the path, and what is before it a port.
const encoded = 'with special characters of the password percent-encoded'
const wellFormed = `be a URL that begins with postgres:// or postgresql://, ${encoded}`

/** Those of libpq (34.19.1), and `no-verify` of `pg`; of any other `pg` would make `verify-full`. */
const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify']

/** Empty is the default. */
const isPort = (text: string) => text === '' || (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535)

/** As `pg` reads one: the host may be missing behind the user, which no other URL allows. */
const isUrlOfOneHost = (url: string) => URL.canParse(url.replace('@/', '@localhost/'))

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

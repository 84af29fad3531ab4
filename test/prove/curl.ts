import { isDeepStrictEqual } from 'node:util'
import type { Failure, Line } from './play.ts'
import { loginAttempts } from './rules-own.ts'
import { lifetimes, sessionsPerUser } from './rules-sessions.ts'
import { firstState } from './state.ts'
import type { Exchange } from './wire.ts'

/**
 * What a database was asked until it went wrong, as lines for a shell, and what differs at the end.
 */
export function toCurl({ lines, divergence }: Failure): string {
  const used = new Set(lines.flatMap(namesIn))
  const [root] = firstState().users
  const { access, refresh, idle, max } = lifetimes
  const start = [
    `# ADMIN_USERNAME=${root?.username} ADMIN_EMAIL=${root?.email} ADMIN_PASSWORD='${adminPassword}' ADMIN_ROLE=super_admin \\`,
    `#   ACCESS_TOKEN_TTL=${access} REFRESH_TOKEN_TTL=${refresh} SESSION_IDLE_SECONDS=${idle} SESSION_MAX_SECONDS=${max} \\`,
    `#   SESSIONS_PER_USER=${sessionsPerUser} LOGIN_ATTEMPTS=${loginAttempts} npm start`,
    'URL=http://127.0.0.1:6006',
    capture('ROOT', 'access_token', curl(logInAsRoot)),
    ...(used.has('U0') || used.has('L0') ? [capture('L0', 'id', curl(me)), uuidOf(0)] : []),
  ]
  const asked = lines.flatMap((line, at) => {
    if ('exchange' in line) return told(line.exchange, used)
    const seconds = isLastWait(lines, at) ? secondsUntil(lines, at) : 0
    return seconds > 0 ? [`sleep ${seconds}`] : []
  })
  const differing = differences(divergence.expected, divergence.got).map((line) => `# ${line}`)
  return [...start, ...asked, ...differing].join('\n')
}

/** Where two values differ, as sentences; the first few. */
export function differences(expected: unknown, got: unknown, at = ''): string[] {
  if (isDeepStrictEqual(expected, got)) return []
  if (isObject(expected) && isObject(got)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(got)])]
    const deeper = keys.flatMap((key) => differences(expected[key], got[key], at ? `${at}.${key}` : key))
    if (deeper.length > 0) return deeper.slice(0, 5)
  }
  return [`${at || 'answer'}: expected ${brief(expected)}, got ${brief(got)}`]
}

const adminPassword = 'correct horse battery'
const logInAsRoot = {
  method: 'POST',
  path: '/auth:login',
  json: { username: firstState().users[0]?.username, password: adminPassword },
}
const me = { method: 'GET', path: '/auth:me', authorization: 'Bearer $ROOT' }

type Asked = Pick<Exchange, 'method' | 'path' | 'authorization' | 'headers' | 'json' | 'raw'>

/** A request, with what its answer gives that is asked for later. */
function told(exchange: Exchange, used: ReadonlySet<string>): string[] {
  const line = curl(exchange)
  const captured = Object.entries(exchange.captures ?? {}).flatMap(([name, steps]): [string, string][] => {
    const isUsed = used.has(name) || otherSpelling(name, used).length > 0 || sessionOf(name, used).length > 0
    return isUsed ? [[name, steps.at(-1) as string]] : []
  })
  if (captured.length === 0) return [line]
  const ids = captured.flatMap(([name]) => [...otherSpelling(name, used), ...sessionOf(name, used)])
  const [[name, field], ...more] = captured as [[string, string], ...[string, string][]]
  if (more.length === 0) return [capture(name, field, line), ...ids]
  // Both tokens are in one answer.
  const parts = captured.map(([each, key]) => `${each}=$(echo "$ANSWER" | ${pick(key)})`)
  return [`ANSWER=$(${line})`, ...parts, ...ids]
}

/** The id of a session, where it is asked for: the first access token has it. */
function sessionOf(name: string, used: ReadonlySet<string>): string[] {
  const [, session] = /^A(\d+)_0$/.exec(name) ?? []
  if (session === undefined || !used.has(`S${session}`)) return []
  return [`S${session}=$(echo "$${name}" | cut -d. -f2 | tr _- /+ | base64 -d 2>/dev/null | ${pick('sid')})`]
}

/** The other spelling of a new id, where it is asked for: each style shows its own. */
function otherSpelling(name: string, used: ReadonlySet<string>): string[] {
  const number = Number(name.slice(1))
  if (/^L\d/.test(name) && used.has(`U${number}`)) return [uuidOf(number)]
  if (/^U\d/.test(name) && used.has(`L${number}`)) return [ulidOf(number)]
  return []
}

const asRoot = (path: string): Asked => ({ method: 'GET', path, authorization: 'Bearer $ROOT' })
const uuidOf = (number: number) => capture(`U${number}`, 'id', curl(asRoot(`/users/$L${number}`)))
const ulidOf = (number: number) => capture(`L${number}`, 'id', curl(asRoot(`/users:get?id=$U${number}`)))
const capture = (name: string, field: string, line: string) => `${name}=$(${line} | ${pick(field)})`
const pick = (field: string) => `sed 's/.*"${field}":"\\([^"]*\\)".*/\\1/'`

function curl({ method, path, authorization, headers, json, raw }: Asked): string {
  const body = json === undefined ? raw : JSON.stringify(json)
  const parts = ['curl -s']
  if (method !== (body === undefined ? 'GET' : 'POST')) parts.push(`-X ${method}`)
  parts.push(`"$URL${path}"`)
  if (authorization !== undefined) parts.push(`-H "Authorization: ${authorization}"`)
  const given = { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers }
  for (const [name, value] of Object.entries(given)) parts.push(`-H ${quoted(`${name}: ${value}`)}`)
  if (body !== undefined) parts.push(`-d ${quoted(body)}`)
  return parts.join(' ')
}

/** In single quotes, unless there is a name in it to be filled in. */
function quoted(body: string): string {
  return body.includes('$')
    ? `"${body.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
    : `'${body.replaceAll("'", "'\\''")}'`
}

function namesIn(line: Line): string[] {
  if (!('exchange' in line)) return []
  const { path, authorization, json } = line.exchange
  const text = `${path} ${authorization ?? ''} ${JSON.stringify(json) ?? ''}`
  return [...text.matchAll(/\$\{?([A-Z]+[0-9_]*)/g)].map(([, name]) => name as string)
}

const isLastWait = (lines: readonly Line[], at: number): boolean => {
  const next = lines[at + 1]
  return next === undefined || 'exchange' in next
}

/** Waits that follow one another are one. */
function secondsUntil(lines: readonly Line[], at: number): number {
  let sum = 0
  for (let n = at; n >= 0; n--) {
    const line = lines[n] as Line
    if (!('seconds' in line)) break
    sum += line.seconds
  }
  return Math.round(sum * 10) / 10
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function brief(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

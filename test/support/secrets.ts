import { readDocument } from '../../contract/coverage/record.ts'
import type { ContractDocument } from '../../contract/document.ts'
import { createSecretIndex } from './secret-index.ts'

/** What a client sent and was told, as text. */
export interface Exchange {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly status: number
  readonly headers: string
  readonly text: string
}

/** Secrets that one knows by their looks. */
const shapes: readonly { kind: string; hint: string; shape: RegExp }[] = [
  { kind: 'a password hash', hint: '$2', shape: /\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}/ },
  { kind: 'a private key', hint: 'PRIVATE KEY', shape: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  // PKCS#8 of an Ed25519 key (RFC 8410, 7), in base64; and a private JWK (RFC 8037, 2).
  { kind: 'a private key', hint: 'MC4CAQAwBQYDK2VwBCIEI', shape: /MC4CAQAwBQYDK2VwBCIEI/ },
  { kind: 'a private key', hint: '"d"', shape: /"d"\s*:\s*"[A-Za-z0-9_-]{40,}"/ },
]
const jwt = { kind: 'an access token', hint: 'eyJ', shape: /eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,}/ }

/** Of requests: what is a password, and what names somebody and is shown. */
const passwordFields = ['password', 'old_password', 'new_password', 'currentPassword', 'newPassword', 'confirmPassword']
const nameFields = ['username', 'email', 'usernameOrEmail', 'fullName']
const tokenFields = ['access_token', 'refresh_token', 'accessToken', 'refreshToken']

/** They show how a token looks, and what the examples send. */
const documents = /^\/(openapi\.(json|yaml)|docs(\/.*)?)$/

export type Secrets = ReturnType<typeof createSecrets>

/**
 * Looks for secrets where none belongs: in answers (bodies, headers), in the paths that clients ask
 * for, in the log. Hashes, access tokens and private keys are known by their looks; passwords that
 * were sent and refresh tokens that were given, from eight characters on, by having been seen.
 */
export function createSecrets(document: ContractDocument = readDocument()) {
  const index = createSecretIndex()
  const known = new Set<string>()
  const names = new Set<string>()
  const paths = tokenPaths(document)
  const expected = new Set<string>()
  const words = JSON.stringify(document['x-failures'])
  const found = new Set<string>()
  return { learnPassword, learnName, learnRequest, expectPath, scanExchange, scanLog, assertNone }

  /**
   * A password is secret unless it is somebody's name too, a word that every refusal has, or one
   * letter over and over.
   */
  function learnPassword(password: string): void {
    if (new Set(password).size > 2) learn(password, 'a password')
  }

  function learnName(name: string): void {
    names.add(name)
  }

  /** What a body that is sent says of passwords and names. */
  function learnRequest(body: string | Buffer | undefined): void {
    const json = parse(body?.toString())
    for (const field of nameFields) if (typeof json[field] === 'string') names.add(json[field])
    for (const field of passwordFields) if (typeof json[field] === 'string') learnPassword(json[field])
  }

  /** A test asks for this path on purpose, whatever is in it. */
  function expectPath(path: string): void {
    expected.add(path)
  }

  /** @returns what was found, which `assertNone` tells too */
  function scanExchange({ method, path, status, headers, text }: Exchange): string[] {
    const plain = (path.split('?')[0] as string).replace(/%3A/gi, ':')
    const isDocument = documents.test(plain)
    let rest = text
    if (method === 'POST' && status === 200 && paths.includes(plain)) {
      const json = parse(text)
      for (const token of tokenFields.map((field) => json[field] ?? json.data?.[field])) {
        if (typeof token !== 'string') continue
        if (!jwt.shape.test(token)) learn(token, 'a refresh token')
        // Once: a second copy stands where none belongs.
        rest = rest.replace(token, () => '')
      }
    }
    const where = `${method} ${path} -> ${status}`
    return [
      ...scan(rest, `the body of ${where}`, isDocument),
      ...scan(headers, `a header of ${where}`, isDocument),
      ...scan(expected.has(path) ? '' : path, `the path of ${where}`, isDocument),
    ]
  }

  /** @param lines of the log, or whatever else a process said */
  function scanLog(lines: string): void {
    scan(lines, 'the log', false)
  }

  /** @throws Error where something was found since this was last asked */
  function assertNone(): void {
    const leaks = [...found]
    found.clear()
    if (leaks.length > 0) throw new Error(`secrets have leaked:\n${leaks.join('\n')}`)
  }

  function learn(secret: string, kind: string): void {
    if (known.has(secret)) return
    known.add(secret)
    if (words.includes(secret)) return
    const escaped = JSON.stringify(secret).slice(1, -1)
    for (const form of new Set([secret, escaped, inUrl(secret)].map(withoutEscapes))) index.add(form, kind)
  }

  function scan(given: string, where: string, isDocument: boolean): string[] {
    const text = withoutEscapes(given)
    const looks = (isDocument ? shapes : [...shapes, jwt]).filter(
      ({ hint, shape }) => text.includes(hint) && shape.test(text),
    )
    const leaks = looks.map(({ kind, shape }) => `${kind} is in ${where}: ${around(text, text.search(shape))}`)
    for (const secret of isDocument ? [] : index.find(text)) {
      if ([...names].some((name) => name.includes(secret.text))) index.remove(secret.text)
      else leaks.push(`${secret.kind} is in ${where}: ${around(text, text.indexOf(secret.text))}`)
    }
    for (const leak of leaks) found.add(leak)
    return leaks
  }
}

/** Where tokens are given: by the operations that can be called without one. */
export function tokenPaths(document: ContractDocument): string[] {
  const isOpen = (item: object) => Object.values(item).some((operation) => operation['x-roles'] === undefined)
  return Object.entries(document.paths).flatMap(([path, item]) => (isOpen(item) ? [path] : []))
}

/** Those of this process. */
export const secrets = createSecrets()

/** JSON may stand in JSON in JSON. */
const withoutEscapes = (text: string): string => (text.includes('\\') ? text.replaceAll('\\', '') : text)

const around = (text: string, at: number): string => text.slice(Math.max(0, at - 60), at + 80)

function inUrl(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    // A lone surrogate has no place in a URL.
    return text
  }
}

function parse(text: string | undefined): any {
  try {
    const json = text?.trimStart().startsWith('{') && JSON.parse(text)
    return json || {}
  } catch {
    return {}
  }
}

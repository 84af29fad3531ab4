import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ours } from './contract-coverage.ts'
import { createSecretIndex } from './secret-index.ts'
import { createSecrets, type Exchange, tokenPaths } from './secrets.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const password = 'a "password" of somebody’s'
const refresh = 'c2VjcmV0LXJlZnJlc2gtdG9rZW4tb2Ytc29tZWJvZHk'
const access = `${part({ alg: 'EdDSA', typ: 'at+jwt' })}.${part({ sub: 'somebody' })}.${'s'.repeat(86)}`

function part(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url')
}

const leaks: readonly [kind: string, text: string][] = [
  ['a password hash', `$2b$12$${'a'.repeat(53)}`],
  ['an access token', access],
  ['a refresh token', refresh],
  ['a private key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ['a private key', privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')],
  ['a private key', JSON.stringify(privateKey.export({ format: 'jwk' }))],
  ['a password', password],
  ['a password', JSON.stringify({ message: password })],
  ['a password', encodeURIComponent(password)],
]

const paths = tokenPaths(ours)
const answer: Exchange = {
  method: 'GET',
  path: '/things',
  status: 200,
  headers: 'Content-Type: application/json',
  text: '{"things":[]}',
}
const login: Exchange = {
  ...answer,
  method: 'POST',
  path: paths[0] as string,
  text: JSON.stringify({ access_token: access, refresh_token: refresh }),
}

/** Secrets of a run that has seen a login. */
function afterLogin() {
  const secrets = createSecrets()
  secrets.learnRequest(JSON.stringify({ username: 'somebody', password }))
  expect(secrets.scanExchange(login)).toEqual([])
  return secrets
}

describe.each(leaks)('%s is found: %s', (kind, text) => {
  it.each<[string, Partial<Exchange>]>([
    ['the body', { text: JSON.stringify({ user: { bio: `is ${text}!` } }) }],
    ['the body', { text: `is ${text}!`, path: '/thing' }],
    ['a header', { headers: `X-Note: is ${text}!` }],
    ['a header', { headers: `Location: /things/1?of=${text}`, status: 201 }],
    ['the path', { path: `/things?search=${text}` }],
  ])('in %s', (place, exchange) => {
    const secrets = afterLogin()
    const said = new RegExp(`${kind} is in ${place} of`)
    expect(secrets.scanExchange({ ...answer, ...exchange })[0]).toMatch(said)
    expect(secrets.assertNone).toThrow(said)
    expect(secrets.assertNone).not.toThrow()
  })

  it('in the log, whatever stands around it', () => {
    const secrets = afterLogin()
    secrets.scanLog(`${JSON.stringify({ msg: 'fine' })}\n${JSON.stringify({ err: { message: `is ${text}!` } })}\n`)
    expect(secrets.assertNone).toThrow(`${kind} is in the log`)
  })
})

describe('no leak is', () => {
  it.each<[string, Partial<Exchange>]>([
    ['a token where it belongs', login],
    ...paths.map<[string, Partial<Exchange>]>((path) => [
      `a token where it belongs, by ${path}`,
      { ...login, path, text: JSON.stringify({ data: { accessToken: access, refreshToken: refresh } }) },
    ]),
    ['what a document shows', { path: '/openapi.json', text: `${access} ${password}` }],
    ['an answer like any other', answer],
  ])('%s', (_, exchange) => {
    const secrets = afterLogin()
    expect(secrets.scanExchange({ ...answer, ...exchange })).toEqual([])
  })

  it('a path that a test asks for on purpose', () => {
    const secrets = afterLogin()
    secrets.expectPath(`/${access}`)
    expect(secrets.scanExchange({ ...answer, path: `/${access}` })).toEqual([])
  })

  it('one letter over and over', () => {
    const secrets = createSecrets()
    secrets.learnPassword('x'.repeat(200))
    expect(secrets.scanExchange({ ...answer, text: 'x'.repeat(300) })).toEqual([])
  })

  it('a password that is a name too, or a word of every refusal', () => {
    const secrets = createSecrets()
    secrets.learnRequest(JSON.stringify({ username: 'somebody-else', password: 'somebody-else' }))
    secrets.learnPassword('password')
    expect(secrets.scanExchange({ ...answer, text: '{"error":"wrong password of somebody-else"}' })).toEqual([])
  })
})

describe('but a leak is', () => {
  it.each<[string, Partial<Exchange>]>([
    ['a second copy beside the field', { text: JSON.stringify({ access_token: access, user: { note: access } }) }],
    ['tokens of a login that was refused', { status: 401 }],
    ['tokens of another call', { path: '/thing', text: JSON.stringify({ access_token: access }) }],
  ])('%s', (_, exchange) => {
    expect(createSecrets().scanExchange({ ...login, ...exchange })[0]).toContain('an access token is in the body')
  })
})

it('tokens are given by logging in and refreshing, and by nothing else', () => {
  expect(paths).toHaveLength(4)
  for (const path of paths) expect(path).toMatch(/(login|refresh)$/)
})

it('the index finds each of many, at any place, and no part of one', () => {
  const index = createSecretIndex()
  const all = Array.from({ length: 2000 }, (_, n) => `secret number ${n}!`)
  for (const each of all) index.add(each, 'one')
  index.add('too few', 'one')
  const text = `${all[7]}x${all[1999]}${all[512]}`
  expect(index.find(text).map((each) => each.text)).toEqual([all[7], all[1999], all[512]])
  expect(index.find('secret number 7 and too few')).toEqual([])
  index.remove(all[7] as string)
  expect(index.find(text)).toHaveLength(2)
  expect(index.find('')).toEqual([])
})

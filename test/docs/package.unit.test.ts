import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const folder = fileURLToPath(new URL('../../packages/reading-room', import.meta.url))
const contract = JSON.parse(readFileSync(new URL('../../generated/openapi.json', import.meta.url), 'utf8'))

/** Every line of the package that is code, with where it stands. */
const lines = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(ts|js|css|svg)$/.test(path))
  .flatMap((path) =>
    readFileSync(join(folder, path), 'utf8')
      .split('\n')
      .map((line, i) => ({ at: `${path}:${i + 1}`, code: line.replace(/^\s*(\/?\*|\/\/|\/\*\*).*$/, '') })),
  )

const operations: any[] = Object.values<any>(contract.paths).flatMap((item) => Object.values(item))

/** Words of this one contract: a package that makes pages of any document has no use for them. */
const words = {
  'a style': [
    ...Object.keys(contract['x-styles']),
    ...Object.values<any>(contract['x-styles']).flatMap(({ title, namespace }) => [title, namespace]),
  ],
  'an operation': operations.map(({ operationId }) => operationId),
  'a path': Object.keys(contract.paths),
  'a role': contract.components.schemas.Role.enum,
  'a reason': contract['x-failures'].map(({ reason }: any) => reason),
  'a group': contract['x-tagGroups'].map(({ name }: any) => name).filter((name: string) => name.includes(' ')),
  'a schema': Object.keys(contract.components.schemas).filter((name) => !/^(Role|Page|Sentence)$/.test(name)),
  'the service': ['janus', 'Janus'],
}

/** Whether a line has one of the names as a literal or as a word of one. */
function has(code: string, names: readonly string[]): boolean {
  const quoted = names.map((name) => name.replace(/\W/g, '\\$&')).join('|')
  const plain = code.replace(/\.\.\.rest\b|\brest\.|\$\{rest\}/g, '')
  return new RegExp(`(['"\`./#-]|class="[^"]*)(${quoted})(['"\`./: -]|$)`).test(plain)
}

it.each(Object.entries(words))('the reading room knows no name of %s', (_, names) => {
  expect(names.length).toBeGreaterThan(0)
  expect(lines.filter(({ code }) => has(code, names))).toEqual([])
  expect(lines.length).toBeGreaterThan(3000)
})

it.each([
  ["style: operationId.startsWith('Rpc.') ? 'rpc' : 'rest',", 'a style'],
  ['[data-style="rpc"] .side-of.rest,', 'a style'],
  ['<button type="button">REST</button>`RPC`', 'a style'],
  ["at('Rpc.Auth.login')", 'an operation'],
  ["if (path === '/users')", 'a path'],
  ["role === 'super_admin'", 'a role'],
  ["reasons: alike('role_above_actor')", 'a reason'],
  ["schemas['AnyId']", 'a schema'],
  ["kept.write('janus.token', token)", 'the service'],
] as const)('would be found: %s', (code, kind) => {
  expect(has(code, words[kind])).toBe(true)
})

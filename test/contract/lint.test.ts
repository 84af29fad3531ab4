import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countSuppressions, lintContract, rulebooks } from '../../contract/lint.ts'
import { contract } from '../support/contract-check.ts'

/** What would make the document worse, the rule that has to tell, and a part of what it tells. */
const worse: [rule: string, told: string, spoil: (document: any) => void][] = [
  ['janus-caller', 'nobody could call it', (d) => delete d.paths['/users:create'].post['x-roles']],
  ['janus-caller', 'asks for no token', (d) => Object.assign(d.paths['/auth:login'].post, { 'x-roles': ['guest'] })],
  ['janus-caller', 'public is', (d) => Object.assign(d.paths['/auth:refresh'].post, { security: [{}] })],
  ['janus-portable-pattern', 'surrogates', (d) => Object.assign(d.components.schemas.FullName, surrogates)],
  ['janus-portable-pattern', 'Unicode property', (d) => Object.assign(d.components.schemas.Username, property)],
  ['janus-portable-pattern', 'looks around', (d) => Object.assign(d.components.schemas.FieldName, lookahead)],
  ['janus-portable-pattern', 'beyond ASCII', (d) => Object.assign(d.components.schemas.Sentence, separator)],
  ['janus-constant', 'one value', (d) => Object.assign(propertiesOf(d, 'Rest.UserPage').success, { enum: [true] })],
  ['janus-integer-constant', 'integer', (d) => Object.assign(propertiesOf(d, 'Rpc.NotFoundFailure').code, number)],
  ['janus-word', 'done and gone', (d) => d.components.schemas.Status.enum.push('done and gone')],
  ['janus-word', '用户', (d) => Object.assign(propertiesOf(d, 'Rest.NotFoundFailure').error, { const: '用户' })],
  ['janus-word-header', 'Vary', (d) => Object.assign(d.components.headers.Vary.schema, { enum: ['no-"', 'x'] })],
  ['janus-open-answer', 'closes', (d) => Object.assign(d.components.schemas['Rest.RoleCounts'], closed)],
  [
    'janus-scheme',
    'AccessTokenAuth',
    (d) => Object.assign(d.components.securitySchemes.AccessTokenAuth, { scheme: 'Bearer' }),
  ],
  ['janus-casing', 'passWord', (d) => rename(propertiesOf(d, 'Rpc.LoginRequest'), 'password', 'passWord')],
  ['janus-casing', 'inPlace', (d) => Object.assign(inline(d, '/auth:me').properties, { inPlace: text })],
  ['janus-casing', 'afterId', (d) => Object.assign(query(d, '/users:list', 'after'), afterId)],
  ['janus-casing', 'full_name', (d) => rename(propertiesOf(d, 'Rest.User'), 'fullName', 'full_name')],
  ['janus-casing', 'in_place', (d) => Object.assign(inline(d, '/auth/profile').properties, { in_place: text })],
  ['janus-casing', 'sort_by', (d) => Object.assign(query(d, '/users', 'sortBy'), { name: 'sort_by' })],
  ['janus-casing', 'someField', (d) => Object.assign(propertiesOf(d, 'Problem'), { someField: text })],
  ['janus-casing', 'other_field', (d) => Object.assign(propertiesOf(d, 'Problem'), { other_field: text })],
  ['janus-bounded-list', '"body.data" is a list', (d) => delete d.components.schemas['Rest.PageSize'].maximum],
  [
    'janus-bounded-list',
    '"body.users" has',
    (d) => Object.assign(propertiesOf(d, 'Rpc.UserPage').users, { maxItems: 5 }),
  ],
  [
    'janus-bounded-list',
    '"body.sessions" comes whole',
    (d) => Object.assign(propertiesOf(d, 'Rpc.SessionsFound').sessions, { maxItems: 1001 }),
  ],
  ['janus-bounded-list', '"body.data.recent"', (d) => Object.assign(propertiesOf(d, 'Rest.Stats'), { recent: long })],
  [
    'janus-bounded-list',
    '"body.users[].tags"',
    (d) => Object.assign(propertiesOf(d, 'Rpc.UserPublic'), { tags: long }),
  ],
  ['janus-pagination', 'no x-pagination', (d) => delete d.paths['/users:list'].get['x-pagination']],
  ['janus-pagination', '"sort" is no', (d) => Object.assign(walk(d), { page: 'sort' })],
  ['janus-pagination', '"before" is no', (d) => Object.assign(walk(d), { parameter: 'before' })],
  ['janus-pagination', 'list at "/pagination"', (d) => Object.assign(walk(d), { items: '/pagination' })],
  ['janus-pagination', 'is at "/data"', (d) => Object.assign(walk(d), { next: '/data' })],
  ['janus-idempotent', 'marks a read', (d) => Object.assign(d.paths['/auth:me'].get, { 'x-idempotent': true })],
  [
    'janus-named-failure',
    'written in place',
    (d) => {
      d.paths['/users:get'].get.responses['404'] = structuredClone(d.components.responses['Rpc.NotFound'])
    },
  ],
  [
    'janus-named-failure-body',
    'written in place',
    (d) => {
      d.components.responses['Rest.Conflict'].content['application/json'].schema = { type: 'string', enum: ['no'] }
    },
  ],
  ['janus-twin', 'has no x-twin', (d) => delete d.paths['/users/stats'].get['x-twin']],
  ['janus-twin', 'in turn', (d) => Object.assign(d.paths['/users:list'].get, { 'x-twin': ['Rest.Users.get'] })],
  ['janus-twin-fields', '"nobody" is neither', (d) => Object.assign(twinFields(d, '/auth:login'), { nobody: 'x' })],
  ['janus-twin-fields', 'no twin has "nowhere"', (d) => Object.assign(twinFields(d, '/auth:refresh'), nowhere)],
  ['janus-twin-fields', 'no twin has "usernameOrEmail"', (d) => Object.assign(twinFields(d, '/auth:login'), swapped)],
  ['janus-twin-fields', 'no twin', (d) => Object.assign(d.paths['/users/stats'].get, { 'x-twin-fields': {} })],
  ['janus-failure-reasons', 'has no x-failure-reasons', (d) => delete d.paths['/users'].get['x-failure-reasons']],
  ['janus-failure-reasons', '"nobody_knows"', (d) => d.paths['/users'].post['x-failure-reasons'].push('nobody_knows')],
  ['janus-failure-reasons', '(rest)', (d) => d.paths['/auth/login'].post['x-failure-reasons'].push(toldByRpcAlone(d))],
  ['janus-failure-reasons', 'no reason makes', (d) => d.paths['/auth:me'].get['x-error-codes'].push('USER_NOT_FOUND')],
  ['janus-failure-reasons', 'x-error-codes lacks', (d) => d.paths['/auth/logout'].post['x-error-codes'].pop()],
  ['oas3-unused-component', 'Rpc.Nothing', (d) => Object.assign(d.components.schemas, { 'Rpc.Nothing': text })],
  ['owasp:api4:2023-string-limit', 'Username', (d) => delete d.components.schemas.Username.maxLength],
  ['owasp:api4:2023-array-limit', 'Rest.UserPage', (d) => delete propertiesOf(d, 'Rest.UserPage').data.maxItems],
  ['openapi-tags-alphabetical', 'tags', (d) => d.tags.reverse()],
  ['operation-description', 'users:get', (d) => delete d.paths['/users:get'].get.description],
  ['parameter-description', '~1users/', (d) => delete query(d, '/users', 'page').description],
  ['scalar-property-missing-example', 'email', (d) => delete d.components.schemas.Email.examples],
  ['operation-tag-defined', 'users:get', (d) => Object.assign(d.paths['/users:get'].get, { tags: ['nobody'] })],
  ['no-invalid-media-type-examples', 'role', (d) => delete example(d).role],
]

const surrogates = { pattern: '^[^\\uD800-\\uDFFF]*$' }
const property = { pattern: '^\\p{L}+$' }
const lookahead = { pattern: '^(?=.)[a-z]*$' }
const separator = { pattern: '^[^\u2028]*$' }
const number = { type: 'number' }
const closed = { additionalProperties: false }
const afterId = { name: 'afterId' }
const nowhere = { expires_at: 'nowhere' }
// Answered on one side, sent on the other.
const swapped = { expires_at: 'usernameOrEmail' }
const long = { type: 'array', maxItems: 9999 }
const text = { type: 'string', maxLength: 9, pattern: '^x$', examples: ['x'] }
const propertiesOf = (d: any, schema: string) => d.components.schemas[schema].properties
const toldByRpcAlone = (d: any) => d['x-failures'].find((each: any) => !each.rest).reason
const walk = (d: any) => d.paths['/users'].get['x-pagination']
const twinFields = (d: any, path: string) => d.paths[path].post['x-twin-fields']
const query = (d: any, path: string, name: string) =>
  d.paths[path].get.parameters.find((each: any) => each.name === name)
const example = (d: any) =>
  d.paths['/users:create'].post.requestBody.content['application/json'].examples['Create New User'].value

/**
 * The schema of an answer, written where it is used: no name of a component says which style it is
 * of.
 */
function inline(d: any, path: string) {
  const media = d.paths[path].get.responses['200'].content['application/json']
  const name = media.schema.$ref?.split('/').at(-1)
  if (name) media.schema = structuredClone(d.components.schemas[name])
  return media.schema
}

function rename(properties: any, from: string, to: string): void {
  properties[to] = properties[from]
  delete properties[from]
}

const folder = mkdtempSync(join(tmpdir(), 'janus-lint-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function lint(document: unknown) {
  const path = join(folder, `${Math.random()}.json`)
  writeFileSync(path, JSON.stringify(document))
  return lintContract(path)
}

describe('the lint of the contract', () => {
  let findings: readonly string[]

  beforeAll(async () => {
    const spoiled = structuredClone(contract)
    for (const [, , spoil] of worse) spoil(spoiled)
    findings = (await lint(spoiled)).findings
  })

  it('finds nothing in the document, with few rules switched off', async () => {
    const { findings, suppressions } = await lintContract()
    expect(findings).toEqual([])
    expect(suppressions).toBeLessThanOrEqual(6)
  })

  it.each(worse)('bites: %s, %s', (rule, told) => {
    expect(findings.filter((each) => each.startsWith(`${rule}:`))).toContainEqual(expect.stringContaining(told))
  })

  it('is refused where an ignore file hides a finding', async () => {
    const spoiled = structuredClone(contract)
    delete (spoiled as any).paths['/users:get'].get.description
    const [document, redocly] = [join(folder, 'hidden.json'), join(folder, 'redocly.yaml')]
    writeFileSync(document, JSON.stringify(spoiled))
    copyFileSync(rulebooks.redocly, redocly)
    const pointer = '#/paths/~1users:get/get/description'
    writeFileSync(join(folder, '.redocly.lint-ignore.yaml'), `hidden.json:\n  operation-description: ['${pointer}']\n`)
    await expect(lintContract(document, { ...rulebooks, redocly })).rejects.toThrow(/ignored 1 findings/)
  })

  it('says so when a linter cannot read the document, instead of finding nothing', async () => {
    const path = join(folder, 'broken.json')
    writeFileSync(path, '{"openapi": ')
    const outcome = await lintContract(path).catch((error: Error) => ({ findings: [error.message] }))
    expect(outcome.findings.length).toBeGreaterThan(0)
  })
})

describe('a rule that is switched off', () => {
  it('counts when its reason stands above it', () => {
    expect(countSuppressions('rules:\n  # Because.\n  a: off\n  b: error\n', 'x')).toBe(1)
    expect(countSuppressions('overrides:\n  # Because.\n  - files: [x]\n    rules:\n      a: off\n', 'x')).toBe(1)
  })

  it.each(['off', 'false', '-1'])('is one however it is spelt: %s', (off) => {
    expect(
      countSuppressions(`rules:\n  # Because.\n  a: ${off}\n  # Because.\n  b:\n    severity: ${off}\n`, 'x'),
    ).toBe(2)
  })

  it.each([
    'rules:\n  a: off\n',
    '# The rules.\nrules:\n  a: off\n',
    'rules:\n  # Because.\n  a: error\n  b:\n    severity: off\n',
    'overrides:\n  # Because.\n  - files: [x]\n    rules:\n      a: off\n  - files: [y]\n    rules:\n      a: off\n',
  ])('fails without one: %j', (text) => {
    expect(() => countSuppressions(text, 'x')).toThrow(/without a reason/)
  })
})

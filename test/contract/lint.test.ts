import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countSuppressions, lintContract } from '../../contract/lint.ts'
import { contract } from '../support/contract-check.ts'

/** What would make the document worse, and the rule that has to tell. */
const worse: [rule: string, spoil: (document: any) => void][] = [
  ['janus-caller', (d) => delete d.paths['/users:create'].post['x-roles']],
  ['janus-caller', (d) => Object.assign(d.paths['/auth:login'].post, { 'x-roles': ['guest'] })],
  ['janus-rpc-snake-case', (d) => rename(d.components.schemas['Rpc.LoginRequest'].properties, 'password', 'passWord')],
  ['janus-rpc-snake-case-parameters', (d) => Object.assign(query(d, '/users:list', 'after'), { name: 'afterId' })],
  ['janus-rest-camel-case', (d) => rename(d.components.schemas['Rest.User'].properties, 'fullName', 'full_name')],
  ['janus-rest-camel-case-parameters', (d) => Object.assign(query(d, '/users', 'sortBy'), { name: 'sort_by' })],
  ['janus-bounded-list', (d) => delete d.components.schemas['Rest.PageSize'].maximum],
  [
    'janus-bounded-list',
    (d) => Object.assign(d.components.schemas['Rpc.UserPage'].properties.users, { maxItems: 500 }),
  ],
  [
    'janus-named-failure',
    (d) => {
      d.paths['/users:get'].get.responses['404'] = structuredClone(d.components.responses['Rpc.NotFound'])
    },
  ],
  [
    'janus-named-failure-body',
    (d) => {
      d.components.responses['Rest.Conflict'].content['application/json'].schema = { type: 'string', enum: ['no'] }
    },
  ],
  ['janus-twin', (d) => delete d.paths['/users/stats'].get['x-twin']],
  ['janus-twin', (d) => Object.assign(d.paths['/users:list'].get, { 'x-twin': ['Rest.Users.get'] })],
  ['oas3-unused-component', (d) => Object.assign(d.components.schemas, { 'Rpc.Nothing': { type: 'null' } })],
  ['owasp:api4:2023-string-limit', (d) => delete d.components.schemas.Username.maxLength],
  ['owasp:api4:2023-array-limit', (d) => delete d.components.schemas['Rest.UserPage'].properties.data.maxItems],
  ['operation-description', (d) => delete d.paths['/users:get'].get.description],
  ['parameter-description', (d) => delete query(d, '/users', 'page').description],
  ['scalar-property-missing-example', (d) => delete d.components.schemas.Email.examples],
  ['operation-tag-defined', (d) => Object.assign(d.paths['/users:get'].get, { tags: ['nobody'] })],
  ['no-invalid-media-type-examples', (d) => delete example(d).role],
]

const query = (d: any, path: string, name: string) =>
  d.paths[path].get.parameters.find((each: any) => each.name === name)
const example = (d: any) =>
  d.paths['/users:create'].post.requestBody.content['application/json'].examples['Create New User'].value

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
    for (const [, spoil] of worse) spoil(spoiled)
    findings = (await lint(spoiled)).findings
  })

  it('finds nothing in the document, with few rules switched off', async () => {
    const { findings, suppressions } = await lintContract()
    expect(findings).toEqual([])
    expect(suppressions).toBeLessThanOrEqual(3)
  })

  it.each(worse.map(([rule]) => rule))('bites: %s', (rule) => {
    const count = worse.filter(([each]) => each === rule).length
    expect(findings.filter((each) => each.startsWith(`${rule}:`)).length).toBeGreaterThanOrEqual(count)
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

  it.each([
    'rules:\n  a: off\n',
    '# The rules.\nrules:\n  a: off\n',
    'rules:\n  # Because.\n  a: error\n  b:\n    severity: off\n',
    'overrides:\n  # Because.\n  - files: [x]\n    rules:\n      a: off\n  - files: [y]\n    rules:\n      a: off\n',
  ])('fails without one: %j', (text) => {
    expect(() => countSuppressions(text, 'x')).toThrow(/without a reason/)
  })
})

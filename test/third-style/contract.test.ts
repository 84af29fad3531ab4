import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDocs } from '@janus/reading-room'
import { beforeAll, describe, expect, it } from 'vitest'
import { compareContracts } from '../../contract/diff/contracts.ts'
import { operationsOf } from '../../contract/document.ts'
import { lintContract } from '../../contract/lint.ts'
import { contract } from '../support/contract-check.ts'
import { thirdStyle } from './fixture.ts'

let fixture: Awaited<ReturnType<typeof thirdStyle>>
let document: any
beforeAll(async () => {
  fixture = await thirdStyle()
  document = fixture.document
})

/** Operations without what a third style adds to them. */
const withoutTwins = (style: string, all: any) =>
  operationsOf(all)
    .filter((each) => each['x-style'] === style)
    .map((each) => ({ ...each, 'x-twin': undefined }))

describe('the contract with a third style', () => {
  it('has its operations, their failures and their examples', () => {
    expect(Object.keys(document['x-styles'])).toEqual(['rpc', 'rest', 'resource'])
    const { change } = Object.fromEntries(
      withoutTwins('resource', document).map((each) => [each.operationId.split('.').at(-1), each]),
    )
    expect(change?.['x-failure-reasons']).toContain('precondition_failed')
    expect(change?.['x-error-codes']).toContain('changed_meanwhile')
    expect(Object.keys(change?.responses ?? {})).toEqual(expect.arrayContaining(['200', '412', '415', '428']))
    const { examples } =
      document.components.responses['Resource.PreconditionFailed'].content['application/problem+json']
    expect(examples.precondition_failed.value).toEqual({
      type: 'about:blank',
      title: 'Precondition Failed',
      status: 412,
      detail: 'The user has changed meanwhile',
      code: 'changed_meanwhile',
    })
    expect(document.paths['/v1/users/{id}'].delete.responses['204']).not.toHaveProperty('content')
  })

  it('leaves the others as they are', () => {
    const others = Object.keys(contract['x-styles'])
    for (const style of others) {
      expect(withoutTwins(style, document)).toEqual(withoutTwins(style, contract))
      expect(document['x-styles'][style]).toEqual(contract['x-styles'][style])
    }
    expect(document.components).toMatchObject(contract.components)
    expect(document.paths['/users/{id}'].get['x-twin']).toEqual(['Resource.Users.get', 'Rpc.Users.get'])
  })

  it('differs from ours by additions alone', () => {
    const differences = compareContracts(contract, document)
    expect(differences.filter(({ breaking }) => breaking)).toEqual([])
    expect(new Set(differences.map(({ rule }) => rule))).toEqual(
      new Set([
        'component-added',
        'failure-added',
        'failure-answer-added',
        'operation-added',
        'prose-changed',
        'style-added',
      ]),
    )
  })

  it('has no finding of the lint', async () => {
    expect((await lintContract(join(fixture.folder, 'openapi.json'))).findings).toEqual([])
  }, 180_000)

  it('is worded in failures.ts as the others are', async () => {
    const { failures } = fixture.subject.contract
    expect(failures.precondition_required).toEqual({
      resource: { status: 428, code: 'if_match', message: { en: 'Send If-Match', zh: '请发送 If-Match' } },
    })
    expect(readFileSync(join(fixture.folder, 'api.ts'), 'utf8')).toContain('"Resource.Users.change": {')
  })

  it('is shown in three columns, its operations beside their twins', () => {
    const docs = createDocs({ contract: document })
    const page = (name: string) => docs.get(name)?.().body ?? ''
    for (const name of ['', 'twins', 'errors'])
      for (const { title } of Object.values<any>(document['x-styles'])) expect(page(name)).toContain(title)
    const [, twins = ''] = page('twins').split('id="get-a-user"')
    const heads = [
      ...twins.slice(0, twins.indexOf('Answer')).matchAll(/\/(?:users:get|users\/\{id\}|v1\/users\/\{id\})/g),
    ]
    expect(heads.map(([path]) => path)).toEqual(['/users:get', '/users/{id}', '/v1/users/{id}'])
    expect(page('')).toContain('application/merge-patch+json')
  })
})

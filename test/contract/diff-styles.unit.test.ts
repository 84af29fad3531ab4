import { describe, expect, it } from 'vitest'
import { compareContracts } from '../../contract/diff/contracts.ts'
import { contract } from '../support/contract-check.ts'
import { released } from './diff/released.ts'
import { operationOf, parameterOf, propertyOf, schemaOf } from './diff/seed.ts'

const id = 'Rest.Users.create'
const found = (from: object, change: (contract: any) => void) => {
  const after: any = structuredClone(from)
  change(after)
  return compareContracts(from, after).map(({ at, rule, breaking }) => `${breaking ? '! ' : ''}${at} ${rule}`)
}

describe('what a contract says of its styles', () => {
  it('is an addition where nothing was said', () => {
    expect(found(released, (c) => Object.assign(operationOf(c, id), { 'x-style': 'rest' }))).toEqual([
      `${id} description annotation-added`,
    ])
    expect(found(released, (c) => Object.assign(c, { 'x-styles': { rest: {} } }))).toEqual([
      'Contract document annotation-added',
    ])
  })

  it('may say one style more', () => {
    expect(found(contract, (c) => Object.assign(c['x-styles'], { scim: {} }))).toEqual(['Contract styles style-added'])
  })

  it('may have one part more in its failures', () => {
    const less = structuredClone(contract) as any
    delete less['x-styles'].rpc.failure.reason
    const { reason } = (contract as any)['x-styles'].rpc.failure
    expect(found(less, (c) => Object.assign(c['x-styles'].rpc.failure, { reason }))).toEqual([
      'Contract style rpc failure-part-added',
    ])
  })

  it.each<[string, string, (contract: any) => void]>([
    ['loses a style', '! Contract styles style-removed', (c) => delete c['x-styles'].rest],
    ['gives a path to another', '! Contract style rest unclassified', (c) => c['x-styles'].rest.paths.pop()],
    [
      'has a failure elsewhere in a body',
      '! Contract style rpc unclassified',
      (c) => Object.assign(c['x-styles'].rpc.failure, { code: '/failure' }),
    ],
    ['no longer has a part', '! Contract style rpc unclassified', (c) => delete c['x-styles'].rpc.failure.reason],
    [
      'has an operation in another style',
      `! ${id} description unclassified`,
      (c) => Object.assign(operationOf(c, id), { 'x-style': 'rpc' }),
    ],
  ])('breaks clients where it %s', (_, difference, change) => {
    expect(found(contract, change)).toEqual([difference])
  })
})

describe('what a contract says of a type for programs', () => {
  const rules = (differences: string[]) => new Set(differences.map((each) => each.replace(/^(! )?.* /, '$1')))

  it.each<[string, (contract: any) => void]>([
    ['that it is a secret', (c) => Object.assign(schemaOf(c, 'TriedPassword'), { 'x-secret': true })],
    ['what its breach is called', (c) => Object.assign(schemaOf(c, 'Email'), { 'x-failure-reason': 'bad_email' })],
    [
      'what the breach of one parameter is called',
      (c) => Object.assign(parameterOf(c, 'Rest.Users.list', 'role').schema, { 'x-failure-reason': 'bad_filter' }),
    ],
    [
      'what its pattern asks for',
      (c) => Object.assign(schemaOf(c, 'Username'), { 'x-pattern-message': { en: 'A-Z' } }),
    ],
    [
      'what its absence is called',
      (c) =>
        Object.assign(propertyOf(c, 'Rpc.PasswordReset', 'new_password'), { 'x-missing-message': { en: 'send it' } }),
    ],
  ])('is no change for clients where nothing was said: %s', (_, change) => {
    expect(rules(found(released, change))).toEqual(new Set(['prose-changed']))
  })

  it('breaks them where a breach is called something else', () => {
    const renamed = (c: any) => Object.assign(schemaOf(c, 'NewEmail'), { 'x-failure-reason': 'other' })
    expect(rules(found(contract, renamed))).toEqual(new Set(['! unclassified']))
  })

  it('may be worded anew', () => {
    const reworded = (c: any) => Object.assign(schemaOf(c, 'Username')['x-pattern-message'], { en: 'of A-Z' })
    expect(rules(found(contract, reworded))).toEqual(new Set(['prose-changed']))
  })
})

import { describe, expect, it } from 'vitest'
import { compareContracts } from '../../contract/diff/contracts.ts'
import { ComparisonError } from '../../contract/diff/references.ts'
import { tellDifferences } from '../../contract/diff/words.ts'
import { answerBodySeeds } from './diff/answer-body-seeds.ts'
import { answerSeeds } from './diff/answer-seeds.ts'
import { bodySeeds } from './diff/body-seeds.ts'
import { parameterSeeds } from './diff/parameter-seeds.ts'
import { changed, released } from './diff/released.ts'
import { operationOf, type Seed, schemaOf } from './diff/seed.ts'
import { serviceSeeds } from './diff/service-seeds.ts'
import { valueSeeds } from './diff/value-seeds.ts'

const seeds = [...serviceSeeds, ...parameterSeeds, ...bodySeeds, ...valueSeeds, ...answerSeeds, ...answerBodySeeds]

describe('a change of the contract', () => {
  it.each(seeds)('$title: $rule, breaking: $breaking', ({ change, rule, breaking, at }) => {
    const current = changed(change)
    expect(current).not.toEqual(released)
    const differences = compareContracts(released, current)
    expect(differences).toContainEqual(expect.objectContaining({ rule, breaking, at }))
    expect(differences.some((difference) => difference.breaking)).toBe(breaking)
    // Taken back it is a change again.
    expect(compareContracts(current, released)).not.toEqual([])
  })

  it('is seeded in both kinds and both directions', () => {
    const of = (breaking: boolean, prefix: string) =>
      seeds.filter((seed) => seed.breaking === breaking && seed.rule.startsWith(prefix)).length
    expect(seeds.length).toBeGreaterThan(100)
    for (const breaking of [true, false])
      for (const prefix of ['request-', 'answer-']) expect(of(breaking, prefix)).toBeGreaterThan(8)
  })

  it.each([
    ['a body may be left out', 'request-body-became-required', true],
    ['a body may be sent where there was none', 'request-body-removed', true],
    ['a request takes properties that are not described', 'request-object-closed', true],
    ['an answer may hold what is not described', 'answer-object-closed', false],
    ['a request loses its pattern', 'request-pattern-added', true],
    ['an answer is no longer of its format', 'answer-format-added', false],
    ['an answer may have any value', 'answer-enum-added', false],
    ['a number of a request need not be whole', 'request-type-narrower', true],
    ['a number of an answer need not be whole', 'answer-type-narrower', false],
    ['an operation is deprecated', 'no-longer-deprecated', false],
    ['an operation that asked for no role asks for one', 'roles-widened', false],
    ['an operation becomes public', 'security-tightened', true],
    ['an operation takes another kind of token too', 'security-tightened', true],
    ['a public operation asks for a token', 'security-loosened', false],
    ['a header is added to an answer', 'answer-header-removed', true],
    ['an optional property is added to a request', 'request-property-removed', true],
  ])('is told the other way around when it is taken back: %s', (title, rule, breaking) => {
    const { change } = seeds.find((seed) => seed.title === title) as Seed
    const differences = compareContracts(changed(change), released)
    expect(differences).toContainEqual(expect.objectContaining({ rule }))
    expect(differences.some((difference) => difference.breaking)).toBe(breaking)
  })
})

describe('what cannot be compared', () => {
  it.each([
    ['a reference that leads nowhere', { $ref: '#/components/schemas/Nobody' }, /leads nowhere/],
    ['a reference into another document', { $ref: 'other.json#/Role' }, /out of the document/],
    ['a reference to itself', { $ref: '#/components/schemas/Role' }, /back to itself/],
  ])('is refused: %s', (_, role, message) => {
    const current = changed((contract) => {
      contract.components.schemas.Role = role
    })
    expect(() => compareContracts(released, current)).toThrow(ComparisonError)
    expect(() => compareContracts(current, released)).toThrow(message)
  })

  it.each([undefined, null, [], 'text', {}, { paths: [] }])('is refused: %j, which is no contract', (current) => {
    expect(() => compareContracts(released, current)).toThrow(ComparisonError)
  })
})

describe('the words', () => {
  const all = Object.values<any>(released.paths)
    .flatMap((path) => Object.values<any>(path))
    .map(({ operationId }) => operationId)
  const told = (change: (contract: any) => void) => tellDifferences(compareContracts(released, changed(change)), all)

  it('name the operation, the place and the change', () => {
    const { breaking } = told((contract) => {
      operationOf(contract, 'Rest.Users.create').requestBody.required = false
      schemaOf(contract, 'Rpc.UserCreate').required.push('can_write')
    })
    expect(breaking).toEqual([
      '`Rpc.Users.create`, request body.can_write: is required; it could be left out (`request-property-became-required`)',
    ])
  })

  it('tell what many operations share in one line', () => {
    const { compatible, breaking } = told((contract) => {
      for (const header of Object.values<any>(contract.components.responses)) header.headers['X-Node'] = { schema: {} }
    })
    expect(breaking).toEqual([])
    expect(compatible).toHaveLength(1)
    expect(compatible[0]).toMatch(/^Every operation, `Other paths`, answer 400, .* header X-Node: is new/)
  })

  it('count what changed in prose', () => {
    const { breaking, compatible, prose } = told((contract) => {
      schemaOf(contract, 'Rpc.UserCreate').description = 'Another.'
      contract.info.description = 'Another.'
    })
    expect({ breaking, compatible, prose }).toEqual({ breaking: [], compatible: [], prose: 2 })
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compareContracts } from '../../contract/diff/contracts.ts'
import { ComparisonError, openContract } from '../../contract/diff/references.ts'
import { tellDifferences } from '../../contract/diff/words.ts'
import { answerSeeds } from './diff/answer-seeds.ts'
import { bodySeeds } from './diff/body-seeds.ts'
import { parameterSeeds } from './diff/parameter-seeds.ts'
import { operationOf, type Seed, schemaOf } from './diff/seed.ts'
import { serviceSeeds } from './diff/service-seeds.ts'

// The seeds change a released contract: it is a real one, and it never moves under them.
const released = JSON.parse(readFileSync('contract/released/0.1.0.json', 'utf8'))
const seeds = [...serviceSeeds, ...parameterSeeds, ...bodySeeds, ...answerSeeds]

function changed(change: (contract: any) => void): any {
  const contract = structuredClone(released)
  change(contract)
  return contract
}

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

  it('of the code that tells a reason is breaking although no code comes or goes', () => {
    const told = (code: string, sentence: string) =>
      changed((contract) => {
        contract['x-failures'] = [
          { reason: 'email_taken', when: sentence, rest: { status: 409, code, message: sentence } },
        ]
      })
    expect(compareContracts(told('AUTH_006', 'taken'), told('AUTH_006', 'in use')).map(({ rule }) => rule)).toEqual([
      'prose-changed',
    ])
    expect(compareContracts(told('AUTH_006', 'taken'), told('AUTH_007', 'taken'))).toContainEqual(
      expect.objectContaining({ rule: 'failure-recoded', breaking: true }),
    )
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

describe('contracts that mean the same', () => {
  it('do not differ when they are identical', () => {
    expect(compareContracts(released, structuredClone(released))).toEqual([])
  })

  it('do not differ in the order of keys', () => {
    const current = rebuilt(released, (node) => Object.fromEntries(Object.entries(node).reverse()))
    expect(JSON.stringify(current)).not.toBe(JSON.stringify(released))
    expect(compareContracts(released, current)).toEqual([])
  })

  it('do not differ in the order of what has none', () => {
    const unordered = ['enum', 'required', 'x-roles', 'x-error-codes', 'parameters', 'oneOf', 'anyOf']
    const current = rebuilt(released, (node) =>
      Object.fromEntries(
        Object.entries<any>(node).map(([key, value]) => [
          key,
          Array.isArray(value) && unordered.includes(key) ? value.toReversed() : value,
        ]),
      ),
    )
    expect(current).not.toEqual(released)
    expect(compareContracts(released, current)).toEqual([])
  })

  it('do not differ when every reference is replaced by what it refers to', () => {
    const contract = openContract(released)
    const current = rebuilt(released, (node): any => {
      return '$ref' in node ? inlined(contract.read(node)) : node
    })
    function inlined(node: any): any {
      return rebuilt(node, (inner) => ('$ref' in inner ? inlined(contract.read(inner)) : inner))
    }
    expect(JSON.stringify(current)).not.toContain('$ref')
    for (const kind of ['schemas', 'headers', 'parameters']) delete current.components[kind]
    expect(compareContracts(released, current)).toEqual([])
    expect(compareContracts(current, released)).toEqual([])
  })

  it('do not differ in const or an enum of one value', () => {
    const current = changed((contract) => {
      contract.components.headers['X-Content-Type-Options'].schema = { type: 'string', const: 'nosniff' }
    })
    expect(compareContracts(released, current)).toEqual([])
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

describe('a schema that contains itself', () => {
  const tree = (name: object) => ({
    paths: { '/tree': { get: { responses: { 200: { content: { 'application/json': { schema: ref } } } } } } },
    components: { schemas: { Tree: { properties: { name, children: { type: 'array', items: ref } } } } },
  })
  const ref = { $ref: '#/components/schemas/Tree' }

  it('is compared once around', () => {
    expect(compareContracts(tree({ maxLength: 5 }), tree({ maxLength: 5 }))).toEqual([])
    expect(compareContracts(tree({ maxLength: 5 }), tree({ maxLength: 6 })).map(({ at }) => at)).toEqual([
      'GET /tree answer 200 body.name',
    ])
  })
})

describe('keywords beside a reference', () => {
  it('are not forgotten where the target says the same keyword', () => {
    const current = changed((contract) => {
      schemaOf(contract, 'Rpc.UserCreate').properties.password.maxLength = 64
    })
    expect(compareContracts(released, current)).toContainEqual(
      expect.objectContaining({ at: 'Rpc.Users.create request body.password', breaking: true }),
    )
  })

  it('are compared where they are new to it', () => {
    const current = changed((contract) => {
      schemaOf(contract, 'Rpc.UserCreate').properties.password.maxProperties = 1
    })
    expect(compareContracts(released, current)).toMatchObject([{ rule: 'request-max-properties-decreased' }])
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

/** A copy in which every object, from the inside out, is what `make` makes of it. */
function rebuilt(value: any, make: (node: any) => any): any {
  if (Array.isArray(value)) return value.map((item) => rebuilt(item, make))
  if (value === null || typeof value !== 'object') return value
  return make(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rebuilt(inner, make)])))
}

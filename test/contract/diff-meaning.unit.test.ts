import { describe, expect, it } from 'vitest'
import { compareContracts } from '../../contract/diff/contracts.ts'
import { openContract } from '../../contract/diff/references.ts'
import { changed, released } from './diff/released.ts'
import { operationOf, schemaOf } from './diff/seed.ts'

it('an operation that no longer takes an expired token breaks who sends one', () => {
  const before = changed((contract) => {
    operationOf(contract, 'Rest.Auth.logout')['x-accepts-expired-token'] = true
  })
  expect(compareContracts(before, released)).toMatchObject([{ rule: 'security-tightened', breaking: true }])
})

describe.each<[string, string, unknown]>([
  ['that a call may be repeated', 'x-idempotent', true],
  ['how a list is walked', 'x-pagination', { parameter: 'after', items: '/data', next: '/next' }],
])('%s', (_, mark, value) => {
  const marked = changed((c) => {
    operationOf(c, 'Rest.Users.update')[mark] = value
  })

  it('may be said of an operation', () => {
    expect(compareContracts(released, marked)).toMatchObject([{ rule: 'annotation-added', breaking: false }])
  })

  it('breaks who relies on it where it is said no more', () => {
    expect(compareContracts(marked, released)).toMatchObject([{ rule: 'unclassified', breaking: true }])
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

  it('do not differ in the case of a security scheme (RFC 9110, 11.1)', () => {
    const current = changed((c) => {
      c.components.securitySchemes.AccessTokenAuth.scheme = 'bearer'
    })
    expect(released.components.securitySchemes.AccessTokenAuth.scheme).toBe('Bearer')
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

/** A copy in which every object, from the inside out, is what `make` makes of it. */
function rebuilt(value: any, make: (node: any) => any): any {
  if (Array.isArray(value)) return value.map((item) => rebuilt(item, make))
  if (value === null || typeof value !== 'object') return value
  return make(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rebuilt(inner, make)])))
}

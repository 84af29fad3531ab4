import fc from 'fast-check'
import { OpenAPIBackend } from 'openapi-backend'
import { expect, it } from 'vitest'
import { createAjv } from '../../src/http/ajv.ts'
import { readContract } from '../../src/http/contract.ts'
import { prepareDocument } from '../../src/http/held-contract.ts'
import { inputsOf, type Schema } from '../../src/http/schemas.ts'

const { document, validators } = await readContract()
const api = await new OpenAPIBackend({
  definition: prepareDocument(document),
  quick: true,
  strict: true,
  customizeAjv: (_ajv, options) => createAjv(options),
}).init()
const operations = api.router.getOperations()

it('are there for every operation, and for nothing else', () => {
  const expected = operations.flatMap(({ operationId = '' }) =>
    (api.validator.getRequestValidatorsForOperation(operationId) ?? []).map((_, at) => `${operationId} ${at}`),
  )
  expect(expected.length).toBeGreaterThan(operations.length)
  expect(Object.keys(validators).toSorted()).toEqual(expected.toSorted())
})

it.each(operations.map((operation) => [operation.operationId as string, operation] as const))(
  'of %s, made ahead, find the breaches and set the defaults that compiled ones do',
  (operationId, operation) => {
    const seen = { good: 0, bad: 0 }
    const { body, query, header } = inputsOf(operation)
    const path = Object.fromEntries((operation.path.match(/(?<=\{)[^}]+/g) ?? []).map((name) => [name, idSchema]))
    const part = (properties: Readonly<Record<string, Schema>>) => valuesFor({ properties })
    const request = fc.record(
      {
        path: part(path),
        query: part(query),
        header: part(header),
        requestBody: body ? valuesFor(body) : fc.anything(),
      },
      { requiredKeys: body ? ['path', 'query', 'header', 'requestBody'] : ['path', 'query', 'header'] },
    )
    const compiled = api.validator.getRequestValidatorsForOperation(operationId) ?? []
    fc.assert(
      fc.property(request, (given) => {
        for (const [at, validate] of compiled.entries()) {
          const [one, other] = [structuredClone(given), structuredClone(given)]
          const made = validators[`${operationId} ${at}`]
          const isGood = validate(one)
          expect(made?.(other)).toBe(isGood)
          expect(made?.errors).toEqual(validate.errors)
          expect(other).toEqual(one)
          seen[isGood ? 'good' : 'bad']++
        }
      }),
      { numRuns: 300, seed: 1 },
    )
    // Both, or the comparison has said little.
    expect(seen.bad).toBeGreaterThan(0)
    expect(seen.good).toBeGreaterThan(0)
  },
)

const idSchema: Schema = { format: 'uuid' }

/** Values that a schema takes, or nearly. */
function valuesFor(schema: Schema): fc.Arbitrary<unknown> {
  const { properties, items, oneOf, anyOf, const: fixed, enum: allowed = [] } = schema as Schema & { enum?: unknown[] }
  const branches = [...(oneOf ?? []), ...(anyOf ?? [])]
  const odd = fc.constantFrom<unknown>(
    null,
    0,
    -1,
    1e9,
    1.5,
    true,
    '',
    ' ',
    '\u3000',
    '\ud800',
    'x'.repeat(2000),
    [],
    {},
  )
  if (branches.length > 0) return fc.oneof({ weight: 5, arbitrary: fc.oneof(...branches.map(valuesFor)) }, odd)
  if (properties) {
    const fields = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, valuesFor(each)]))
    const whole = fc.record(fields, { requiredKeys: [] })
    const plain = fc.record(fields)
    const more = plain.map((value) => ({ ...value, unknown: 1 }))
    return fc.oneof({ weight: 5, arbitrary: plain }, { weight: 5, arbitrary: whole }, more, odd)
  }
  if (items) return fc.oneof({ weight: 5, arbitrary: fc.array(valuesFor(items), { maxLength: 3 }) }, odd)
  if (fixed !== undefined) return fc.oneof({ weight: 9, arbitrary: fc.constant(fixed) }, odd)
  const likely = fc.constantFrom<unknown>(
    ...[...allowed, ...allowed],
    1,
    20,
    false,
    'janus',
    'UserPass123#',
    'a.b@example.com',
    'a@b',
    '2026-11-27T00:00:00Z',
    '2026-11-27T00:00:00.000Z',
    '0198f0a0-0000-7000-8000-000000000001',
    '王小明',
  )
  return fc.oneof({ weight: 9, arbitrary: likely }, odd)
}

import { describe, expect, it } from 'vitest'
import { declaredBy } from '../../contract/coverage/declared.ts'
import { examplePointers } from '../../contract/coverage/examples.ts'
import { reportCoverage } from '../../contract/coverage/report.ts'
import { judgeRole } from '../../contract/coverage/roles.ts'
import { document, everything, everythingBut } from './made-up-contract.ts'

describe('the report', () => {
  it('has no gap where all was seen', () => {
    const { report, gaps } = reportCoverage(document, everything())
    expect(gaps).toEqual([])
    expect(report.contract).toBe('9.9.9')
    expect(report.totals).toEqual({
      answers: { seen: 6, declared: 6 },
      codes: { seen: 2, declared: 2 },
      roles: { seen: 9, declared: 9 },
      inputs: { seen: 16, declared: 16 },
      examples: { seen: 4, declared: 4 },
    })
  })

  it.each([
    [
      '["answer","Rpc.Cats.feed","404","application/json"]',
      'Rpc.Cats.feed never answered 404 (application/json): test',
    ],
    ['["answer","Rpc.Cats.look","204",""]', 'Rpc.Cats.look never answered 204 (no body): test'],
    ['["answer","Rpc.NoSuchPath","404","application/json"]', 'Rpc.NoSuchPath never answered 404'],
    ['["code","Rpc.Cats.feed","NO_SUCH_CAT"]', 'Rpc.Cats.feed never failed with NO_SUCH_CAT: test it or take it out'],
    ['["role","Rpc.Cats.feed","keeper","allowed"]', 'Rpc.Cats.feed was never done by keeper: '],
    ['["role","Rpc.Cats.feed","guest","refused"]', 'Rpc.Cats.feed was never refused to guest: '],
    ['["role","Rpc.Cats.feed","nobody","refused"]', 'Rpc.Cats.feed was never refused to nobody: '],
    ['["role","Rpc.Cats.look","nobody","allowed"]', 'Rpc.Cats.look was never done by nobody: '],
    ['["role","Rpc.Cats.look","guest","allowed"]', 'Rpc.Cats.look was never done by guest: '],
    ['["input","Rpc.Cats.feed","query","id","bad"]', "Rpc.Cats.feed never got a bad value in the query's id: "],
    ['["input","Rpc.Cats.feed","body","grams","good"]', "Rpc.Cats.feed never got a good value in the body's grams: "],
    ['["input","Rpc.Cats.feed","body","Diet.action","bad"]', "never got a bad value in the body's Diet.action: "],
    ['["input","Rpc.Cats.feed","header","Authorization","bad"]', "a bad value in the header's Authorization: "],
    [
      '["example","/components/schemas/Meal/properties/grams/example"]',
      'properties/grams/example was never run, sent or ',
    ],
  ])('names the one thing that was not seen: %s', (missing, told) => {
    const { report, gaps } = reportCoverage(document, everythingBut(missing))
    expect(gaps).toHaveLength(1)
    expect(gaps[0]).toContain(told)
    const sum = Object.values(report.totals).map(({ seen, declared }) => declared - seen)
    expect(sum.reduce((a, b) => a + b)).toBe(1)
  })

  it('asks for an example of each code', () => {
    const { responses } = structuredClone(document.components) as any
    delete responses['Rpc.NotFound'].content['application/json'].examples
    const bare = { ...document, components: { ...document.components, responses } }
    expect(reportCoverage(bare, everything()).gaps).toEqual([
      'NO_SUCH_CAT has no example: give its answer one in spec/',
    ])
  })

  it('is the same to the byte whatever the order of what was seen, and of the document', () => {
    const seen = everything()
    const one = reportCoverage(document, seen)
    expect(JSON.stringify(reportCoverage(turned(document), [...seen, ...seen].reverse()))).toBe(JSON.stringify(one))
    expect(reportCoverage(turned(document), []).gaps).toEqual(reportCoverage(document, []).gaps)
    expect(JSON.stringify(one.report)).not.toMatch(/\d{4}-\d\d-\d\d|duration|[0-9a-f]{32}/)
  })
})

describe('the examples of a document', () => {
  it('are found wherever the keyword is, and nowhere else', () => {
    const at = {
      paths: { '/example/{a~b}': { get: { parameters: [{ name: 'a', example: { example: 1 } }] } } },
      components: {
        schemas: { A: { properties: { example: { type: 'string', examples: ['x', 'y'] } }, default: { example: 1 } } },
        responses: { R: { content: { 'application/json': { examples: { 'one/two': { value: { examples: 3 } } } } } } },
      },
      'x-failures': [{ example: 1 }],
    }
    expect(examplePointers(at)).toEqual([
      '/paths/~1example~1{a~0b}/get/parameters/0/example',
      '/components/schemas/A/properties/example/examples/0',
      '/components/schemas/A/properties/example/examples/1',
      '/components/responses/R/content/application~1json/examples/one~1two',
    ])
  })
})

describe('a role', () => {
  const [, feed, look] = declaredBy(document).operations as [any, any, any]

  it.each([
    ['keeper', 200, undefined, { verdict: 'allowed', fits: true }],
    ['keeper', 404, 'NO_SUCH_CAT', { verdict: 'passed', fits: true }],
    ['guest', 403, 'AUTHZ_ROLE_REQUIRED', { verdict: 'refused', fits: true }],
    ['nobody', 401, 'UNAUTHORIZED', { verdict: 'refused', fits: true }],
  ])('%s with %i %s is as declared', (role, status, code, expected) => {
    expect(judgeRole(feed, role, status, code)).toEqual(expected)
  })

  it.each([
    ['keeper', 403, 'AUTHZ_ROLE_REQUIRED'],
    ['guest', 200, undefined],
    ['guest', 404, 'NO_SUCH_CAT'],
    ['guest', 403, 'INSUFFICIENT_PERMISSIONS'],
    ['nobody', 200, undefined],
    ['nobody', 400, 'INVALID_JSON'],
    ['nobody', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['guest', 413, 'PAYLOAD_TOO_LARGE'],
  ])('%s with %i %s breaks what is declared', (role, status, code) => {
    expect(judgeRole(feed, role, status, code)?.fits).toBe(false)
  })

  it.each([
    ['keeper', 401],
    ['guest', 429],
    ['nobody', 429],
    ['guest', 503],
    ['king', 200],
  ])('%s with %i shows nothing', (role, status) => {
    expect(judgeRole(feed, role, status, 'ANY')).toBeUndefined()
  })

  it('is none where no token is asked for: a wrong password is no refusal of nobody', () => {
    expect(judgeRole(look, 'nobody', 200, undefined)).toEqual({ verdict: 'allowed', fits: true })
    expect(judgeRole(look, 'nobody', 401, 'INVALID_CREDENTIALS')).toBeUndefined()
  })

  it('may call what asks for no token, too', () => {
    expect(judgeRole(look, 'guest', 200, undefined)).toEqual({ verdict: 'allowed', fits: true })
    expect(judgeRole(look, 'guest', 401, 'INVALID_CREDENTIALS')).toBeUndefined()
    expect(judgeRole(look, 'guest', 403, 'AUTHZ_ROLE_REQUIRED')?.fits).toBe(false)
  })
})

/** The same with the keys of every object in another order. */
function turned<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, turned(inner)])
  return Object.fromEntries(entries.reverse()) as T
}

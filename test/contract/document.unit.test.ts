import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { publicOperations, readContract } from '../../src/http/contract.ts'
import { createRateLimit } from '../../src/http/rate-limit.ts'
import { RequestPipeline } from '../../src/http/request-pipeline.ts'
import { createResponseCheck } from '../../src/http/response-check.ts'
import { styles } from '../../src/http/styles.ts'
import { createUserLines } from '../../src/http/user-lines.ts'
import { contract } from '../support/contract-check.ts'

const operations = Object.entries<any>(contract.paths).flatMap(([path, methods]) =>
  Object.entries<any>(methods).map(([method, operation]) => ({ path, method, ...operation })),
)
const { schemas, responses, headers, securitySchemes } = contract.components

/** What stands where, for every object of the document that is no example. */
function* nodes(value: any, at = '#'): Generator<[string, any]> {
  if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* nodes(item, `${at}/${i}`)
  else if (value !== null && typeof value === 'object') {
    yield [at, value]
    for (const [key, inner] of Object.entries(value))
      if (key !== 'examples' && key !== 'example') yield* nodes(inner, `${at}/${key}`)
  }
}
const typed = (type: string) =>
  [...nodes(contract)].filter(
    ([, node]) => node.type === type || (Array.isArray(node.type) && node.type.includes(type)),
  )
const resolve = (node: any): any =>
  node?.$ref
    ? node.$ref
        .slice(2)
        .split('/')
        .reduce((found: any, key: string) => found[key], contract)
    : node

/** Every schema that a part of the document leads to. */
function reached(part: any, found = new Set<any>()): any[] {
  const node = resolve(part)
  if (node === null || typeof node !== 'object' || found.has(node)) return [...found]
  found.add(node)
  for (const [key, inner] of Object.entries(node)) if (!/^examples?$/.test(key)) reached(inner, found)
  return [...found]
}
const isFree = (node: any) => !node.enum && node.const === undefined
const fits = ({ pattern, maxLength }: any, text: string) =>
  text.length <= maxLength && new RegExp(pattern ?? '').test(text)

// The handlers are not called here: what they would call is nothing.
const unused = {} as any
const handlers = Object.assign({}, ...styles.map((style) => style.createHandlers(unused)))
const pipelineWith = async (given: any) =>
  new RequestPipeline({
    contract: await readContract(),
    handlers: given,
    styles,
    sessions: unused,
    rateLimit: createRateLimit(0, () => new Date()),
    lines: createUserLines({ atOnce: 1 }),
    now: () => new Date(),
    checkResponses: true,
    outside: new Map(),
  }).init()

describe.each(operations)('$operationId', ({ operationId, ...operation }) => {
  it('is summed up, described and sorted', () => {
    expect(operation.summary).toMatch(/^[A-Z].*[^.]$/)
    expect(operation.description.length).toBeGreaterThan(operation.summary.length / 2)
    expect(operation.tags).toEqual([
      `${operationId.startsWith('Rpc') ? 'RPC' : 'REST'} ${/\.(\w+)\./.exec(operationId)?.[1]?.toLowerCase()}`,
    ])
  })

  it('says who may call it, or that everybody may', () => {
    const isPublic = (publicOperations as readonly string[]).includes(operationId)
    expect(operation['x-roles'] === undefined).toBe(isPublic)
    if (isPublic) expect(operation.security).toEqual([])
    else {
      expect(operation.security ?? contract.security).toEqual([{ AccessTokenAuth: [] }])
      for (const role of operation['x-roles']) expect(schemas.Role.enum).toContain(role)
    }
  })

  it('names the codes of its failures, each of a response that it has, and none of another style', () => {
    const codes: string[] = operation['x-error-codes']
    expect(new Set(codes).size).toBe(codes.length)
    const possible = Object.entries<any>(operation.responses)
      .filter(([status]) => Number(status) >= 400)
      .flatMap(([, response]) => codesOf(resolve(response)))
    for (const code of codes) expect(possible).toContain(code)
    for (const [status, response] of Object.entries<any>(operation.responses))
      if (Number(status) >= 400)
        expect(
          codes.some((code) => codesOf(resolve(response)).includes(code)),
          status,
        ).toBe(true)
  })

  it('names the bodies of its failures, and has those of its kind', () => {
    const statuses = Object.keys(operation.responses)
    for (const status of statuses.filter((each) => Number(each) >= 400)) {
      expect(operation.responses[status].$ref).toMatch(/^#\/components\/responses\/(Rpc|Rest)\.\w+$/)
      expect(resolve(operation.responses[status]).content['application/json'].schema.$ref).toMatch(/Failure$/)
    }
    expect(statuses).toEqual(expect.arrayContaining(['400', '500', '503']))
    if (operation.requestBody) expect(statuses).toEqual(expect.arrayContaining(['413', '415']))
    if (operation['x-roles']) expect(statuses).toContain('401')
    if (operation['x-roles'] && operation['x-roles'].length < schemas.Role.enum.length)
      expect(statuses).toContain('403')
  })

  it('gives every answer the headers that all answers have', () => {
    for (const [status, response] of Object.entries<any>(operation.responses)) {
      const names = Object.keys(resolve(response).headers)
      expect(names).toEqual(
        expect.arrayContaining(['X-Request-Id', 'Cache-Control', 'Content-Language', 'Vary', 'X-Content-Type-Options']),
      )
      if (status === '401') expect(names).toContain('WWW-Authenticate')
      if (status === '429' || status === '503') expect(names).toContain('Retry-After')
      if (status === '201') expect(names).toContain('Location')
    }
  })
})

function codesOf(response: any): string[] {
  const { properties } = resolve(response.content['application/json'].schema)
  const code = properties.error_code ?? resolve(properties.details).properties.code
  return resolve(code).enum ?? [resolve(code).const]
}

describe('the schemas of the document', () => {
  it('are many', () => {
    expect(operations.length).toBeGreaterThan(20)
    expect(Object.keys(responses).length).toBeGreaterThan(15)
    expect(Object.keys(headers).length).toBeGreaterThan(8)
    expect(securitySchemes.AccessTokenAuth).toMatchObject({ type: 'http', scheme: 'bearer' })
  })

  it('are closed where they are sent, and open where they are answered', () => {
    const objects = (part: any) => reached(part).filter((node) => node.type === 'object')
    const sent = operations.flatMap(({ requestBody }) => objects(requestBody))
    const answered = [...Object.values(responses), ...operations.map((operation) => operation.responses)].flatMap(
      objects,
    )
    expect(sent.length).toBeGreaterThan(10)
    expect(answered.length).toBeGreaterThan(50)
    expect(sent.filter((node) => node.additionalProperties !== false)).toEqual([])
    expect(answered.filter((node) => node.additionalProperties !== undefined)).toEqual([])
    expect(typed('object').length).toBe(new Set([...sent, ...answered]).size)
  })

  it('tell an action from fields before anything else does: the shape that has no action is the last', () => {
    const shapes: any[] = schemas['Rpc.UserUpdate'].oneOf.map(resolve)
    expect(shapes.map(({ properties }) => properties.action?.const)).toEqual([
      'reset_password',
      'revoke_sessions',
      undefined,
    ])
  })

  it('ask of every text that is sent that it is Unicode, unless ASCII alone fits or any text is answered like a wrong one', () => {
    const parameters = operations
      .flatMap((operation) => operation.parameters.map(resolve))
      .filter((each) => each.in === 'query')
    const texts = [...operations.map(({ requestBody }) => requestBody), ...parameters]
      .flatMap((part) => reached(part))
      .filter((node) => node.type === 'string' && !node.enum && node.const === undefined && node.format !== 'email')
    const loose = texts.filter((node) => fits(node, `aaaaaaaa\ud800`) && !node['x-well-formed'])
    const tried = [schemas.TriedPassword, schemas.LoginName, schemas.TriedRefreshToken]
    expect(new Set(loose)).toEqual(new Set(tried))
  })

  it('are bounded where they are strings', () => {
    const unbounded = typed('string').filter(
      ([, node]) => isFree(node) && !(node.maxLength !== undefined && (node.pattern || node.format)),
    )
    expect(unbounded.map(([at]) => at)).toEqual([])
  })

  it('are bounded where they are arrays', () => {
    expect(typed('array').filter(([, node]) => node.maxItems === undefined)).toEqual([])
  })

  it('have a format and both ends where they are numbers', () => {
    const loose = [...typed('integer'), ...typed('number')].filter(
      ([, node]) => isFree(node) && (!node.format || node.minimum === undefined || node.maximum === undefined),
    )
    expect(loose.map(([at]) => at)).toEqual([])
  })

  const patterns = [...new Set(typed('string').flatMap(([, { pattern }]) => pattern ?? []))]

  it('have patterns that JavaScript reads alike with and without the u flag, and Python too', () => {
    const texts = [
      '',
      ' ',
      'moon',
      '月亮',
      '👩‍👩‍👧',
      'a\nb',
      '\u0085',
      ' \u3000a',
      '\u00a0',
      '\u2028',
      'a@b.cd',
      '01KH58V2PV6ZAM319FBPT1BFV6',
    ]
    const judged = patterns.map((pattern) => texts.map((text) => new RegExp(pattern, 'u').test(text)))
    expect(patterns.map((pattern) => texts.map((text) => new RegExp(pattern).test(text)))).toEqual(judged)
    const script =
      'import json, re, sys; p, t = json.load(sys.stdin); json.dump([[bool(re.search(a, b)) for b in t] for a in p], sys.stdout)'
    const python = execFileSync('python3', ['-c', script], { input: JSON.stringify([patterns, texts]) })
    expect(JSON.parse(String(python))).toEqual(judged)
  })

  it('are written without characters that break lines where they are copied into code', () => {
    for (const name of ['openapi.json', 'openapi.yaml', 'api.ts'])
      expect(readFileSync(new URL(`../../generated/${name}`, import.meta.url), 'utf8')).not.toMatch(
        /[\u2028\u2029\ufeff]/,
      )
  })

  it('write what has one value as a constant, whole numbers as integers', () => {
    const constants = [...nodes(contract)].filter(([, node]) => 'const' in node)
    expect(constants.length).toBeGreaterThan(80)
    expect(constants.filter(([, { type, const: value }]) => typeof value === 'number' && type !== 'integer')).toEqual(
      [],
    )
    expect([...nodes(contract)].filter(([, node]) => Array.isArray(node.enum) && node.enum.length < 2)).toEqual([])
  })

  it('never let a password out, nor a hash of one', () => {
    const answers = Object.entries<any>(schemas).filter(([name]) => !/(Create|Change|Request|Reset|Update)$/.test(name))
    for (const [name, schema] of answers)
      for (const property of Object.keys(schema.properties ?? {}))
        expect(property, name).not.toMatch(/password|hash|secret/i)
  })

  it('take every query parameter once, as it is', () => {
    const split = operations.flatMap(({ operationId, parameters }) =>
      parameters
        .filter((each: any) => each.in === 'query' && each.explode === false)
        .map(({ name }: any) => `${operationId} ${name}`),
    )
    expect(split).toEqual([])
  })
})

describe('the handlers', () => {
  it('are one for each operation', () => {
    expect(Object.keys(handlers).sort()).toEqual(operations.map(({ operationId }) => operationId).sort())
  })

  it('are asked for at the start: one too many does not start', async () => {
    await expect(pipelineWith({ ...handlers, 'Rest.Users.explode': async () => {} })).rejects.toThrow(/explode/)
  })
})

describe('the check of answers', () => {
  let breaches: ReturnType<typeof createResponseCheck>
  const user = { id: '01KH58V2PV6ZAM319FBPT1BFV6', username: 'abc', email: 'a@b.cd', role: 'user', can_write: true }

  beforeAll(async () => {
    breaches = createResponseCheck(await pipelineWith(handlers))
  })

  it('passes what the document has', () => {
    expect(breaches('Rpc.Auth.me', { status: 200, body: { user } })).toEqual([])
  })

  it.each([
    ['a status that it does not have', 202, { user }, /202/],
    ['an answer of another status', 401, { user }, /error/],
    ['a property more', 200, { user: { ...user, password_hash: 'x' } }, /password_hash/],
    ['a property more at the top', 200, { user, extra: 1 }, /extra/],
    ['a property less', 200, { user: { ...user, email: undefined } }, /email/],
    ['a UUID in place of a ULID', 200, { user: { ...user, id: '01980e2c-6f00-7000-8000-000000000001' } }, /id/],
    ['a role that is none', 200, { user: { ...user, role: 'king' } }, /role/],
    ['null', 200, { user: null }, /user/],
  ])('finds %s', (_, status, body, told) => {
    expect(breaches('Rpc.Auth.me', { status, body }).join('\n')).toMatch(told)
  })
})

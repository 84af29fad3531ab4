import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contract } from '../support/contract-check.ts'
import { headers, operations, resolve, responses, schemas, securitySchemes } from './document.ts'

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
      'revoke_session',
      'unlock',
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
    const tried = [schemas.TriedPassword, schemas.LoginName, schemas.TriedRefreshToken, schemas.AnySessionId]
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

import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { examplePointers } from '../../contract/coverage/examples.ts'
import { contract } from '../support/contract-check.ts'
import { recordExample } from '../support/contract-coverage.ts'
import { type Service, startService } from '../support/service.ts'
import { exchanges, failures } from './document.ts'

/** A value that a type of the document shows, and where. */
interface Shown {
  readonly pointer: string
  readonly value: any
}

const step = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')
const at = (pointer: string): any =>
  pointer
    .split('/')
    .slice(1)
    .reduce((node, key) => node[key.replaceAll('~1', '/').replaceAll('~0', '~')], contract)

/** The examples of the type at a pointer, wherever the type itself is written. */
function shownAt(pointer: string): Shown[] {
  const node = at(pointer)
  if (node.examples)
    return node.examples.map((value: any, n: number) => ({ pointer: `${pointer}/examples/${n}`, value }))
  return node.$ref ? shownAt(node.$ref.slice(1)) : []
}

/** Every shape of an operation's body: for each property what its type shows. */
function shapesOf(operation: any): Record<string, Shown[]>[] {
  const ref: string | undefined = operation.requestBody?.content['application/json'].schema.$ref?.slice(1)
  if (!ref) return []
  const shapes = at(ref).oneOf?.map((each: any) => each.$ref.slice(1)) ?? [ref]
  return shapes.map((shape: string) =>
    Object.fromEntries(
      Object.keys(at(shape).properties).map((name) => [name, shownAt(`${shape}/properties/${step(name)}`)]),
    ),
  )
}

const operations = Object.entries<any>(contract.paths).flatMap(([path, methods]) =>
  Object.entries<any>(methods).map(([method, operation]) => ({
    id: operation.operationId as string,
    method: method.toUpperCase(),
    path,
    shapes: shapesOf(operation),
    parameters: operation.parameters.flatMap((parameter: any, index: number) => {
      const where = parameter.$ref?.slice(1) ?? `/paths/${step(path)}/${method}/parameters/${index}`
      const { in: place, name, required } = at(where)
      return { place, name, required, shown: shownAt(`${where}/schema`) }
    }) as { place: string; name: string; required: boolean; shown: Shown[] }[],
  })),
)
const bodies = operations.flatMap((operation) => operation.shapes.map((shape, n) => ({ ...operation, shape, n })))
const parameters = operations.flatMap((operation) =>
  operation.parameters.map((parameter) => ({ ...operation, parameter })),
)
const sent = new Set(
  [
    ...bodies.flatMap(({ shape }) => Object.values(shape).flat()),
    ...parameters.flatMap(({ parameter }) => parameter.shown),
  ].map(({ pointer }) => pointer),
)
const exchanged = new Set([...exchanges.flatMap(({ pointers }) => pointers), ...failures.map(({ pointer }) => pointer)])
const held = examplePointers(contract).filter((pointer) => !sent.has(pointer) && !exchanged.has(pointer))

let service: Service
beforeAll(async () => {
  service = await startService({ rateLimitPerMinute: 0, loginAttempts: 0 })
})
afterAll(() => service.close())

const isPublic = (id: string) => /\.(login|refresh)$/.test(id)
const token = async (id: string) => (isPublic(id) ? {} : { token: (await service.as('super_admin')).token })
/** With what is required of path and query. */
function target({ path, parameters }: (typeof operations)[number], over: Record<string, string> = {}): string {
  const value = (name: string, shown: Shown[]) => encodeURIComponent(over[name] ?? String(shown[0]?.value))
  const query = parameters
    .filter(({ place, name, required }) => place === 'query' && (required || name in over))
    .map(({ name, shown }) => `${name}=${value(name, shown)}`)
  const named = path.replace(/\{(\w+)\}/, (_, name) =>
    value(name, parameters.find((each) => each.name === name)?.shown ?? []),
  )
  return named + (query.length > 0 ? `?${query.join('&')}` : '')
}

describe('the values that the types of requests show, sent', () => {
  it.each(bodies)('$id takes a body of them (shape $n)', async (operation) => {
    const { id, method, shape } = operation
    const json = Object.fromEntries(Object.entries(shape).map(([name, [first]]) => [name, first?.value]))
    for (const [name, shown] of Object.entries(shape)) {
      expect(shown.length, `${name} shows no value`).toBeGreaterThan(0)
      for (const { pointer, value } of shown) {
        const reply = await service.call(method, target(operation), {
          ...(await token(id)),
          json: { ...json, [name]: value },
        })
        expect([400, 413, 415], JSON.stringify(reply.body)).not.toContain(reply.status)
        recordExample(pointer)
      }
    }
  })

  it.each(parameters)('$id takes $parameter.name', async (operation) => {
    const { id, method, shapes, parameter } = operation
    const { place, name, shown } = parameter
    const json = shapes[0] && Object.fromEntries(Object.entries(shapes[0]).map(([key, [first]]) => [key, first?.value]))
    expect(shown.length, `${name} shows no value`).toBeGreaterThan(0)
    for (const { pointer, value } of shown) {
      const reply = await service.call(method, target(operation, { [name]: String(value) }), {
        ...(await token(id)),
        ...(json && { json }),
        ...(place === 'header' && { headers: { [name]: String(value) } }),
      })
      expect([400, 413, 415], JSON.stringify(reply.body)).not.toContain(reply.status)
      if (name === 'Accept-Language') expect(reply.headers['content-language']).toBe(value)
      if (name === 'X-Request-Id') expect(reply.headers['x-request-id']).toBe(value)
      recordExample(pointer)
    }
  })
})

describe('the values that the types of answers show', () => {
  const ajv = new Ajv2020({ strict: false })
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'contract', ...contract })

  it.each(held)('fit: %s', (pointer) => {
    expect(pointer).toMatch(/^\/components\/(schemas|headers)\//)
    const [, type = '', n = ''] = /^(.*)\/examples\/(\d+)$/.exec(pointer) ?? []
    const validate = ajv.compile({ $ref: `contract#${encodeURI(type)}` })
    expect(validate(at(type).examples[n]), JSON.stringify(validate.errors)).toBe(true)
    recordExample(pointer)
  })

  it('leave no example of the document aside', () => {
    const all = examplePointers(contract)
    expect(new Set(all).size).toBe(all.length)
    expect(all.filter((pointer) => !sent.has(pointer) && !exchanged.has(pointer) && !held.includes(pointer))).toEqual(
      [],
    )
    for (const pointer of [...sent, ...exchanged]) expect(all, pointer).toContain(pointer)
  })
})

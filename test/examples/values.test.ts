import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { examplePointers } from '../../contract/coverage/examples.ts'
import { createSchemaCheck } from '../../contract/coverage/schemas.ts'
import { at, follow, pointerTo } from '../../contract/pointer.ts'
import { requireId } from '../../src/domain/id.ts'
import { contract } from '../support/contract-check.ts'
import { recordExample } from '../support/contract-coverage.ts'
import { outcome } from '../support/outcome.ts'
import { password, type Reply, type Service, startService } from '../support/service.ts'
import { exchanges, failures } from './document.ts'

/** A value that a type of the document shows, and where. */
interface Shown {
  readonly pointer: string
  readonly value: any
}

/** The examples of the type at a pointer, wherever the type itself is written. */
function shownAt(pointer: string): Shown[] {
  const { examples, $ref } = at<any>(contract, pointer)
  if (examples) return examples.map((value: any, n: number) => ({ pointer: pointer + pointerTo('examples', n), value }))
  return $ref ? shownAt($ref.slice(1)) : []
}

/** Every shape of an operation's body: for each property what its type shows. */
function shapesOf(operation: string): Record<string, Shown[]>[] {
  if (!at<any>(contract, operation).requestBody) return []
  const body = follow(contract, operation + pointerTo('requestBody', 'content', 'application/json', 'schema'))
  const { oneOf } = at<any>(contract, body)
  const shapes: string[] = oneOf?.map((_: object, n: number) => follow(contract, body + pointerTo('oneOf', n))) ?? [
    body,
  ]
  return shapes.map((shape) => {
    const names = Object.keys(at<any>(contract, shape).properties)
    return Object.fromEntries(names.map((name) => [name, shownAt(shape + pointerTo('properties', name))]))
  })
}

const operations = Object.entries<any>(contract.paths).flatMap(([path, methods]) =>
  Object.entries<any>(methods).map(([method, operation]) => ({
    id: operation.operationId as string,
    method: method.toUpperCase(),
    path,
    isPublic: !operation['x-roles'],
    shapes: shapesOf(pointerTo('paths', path, method)),
    parameters: operation.parameters.map((_: object, n: number) => {
      const where = follow(contract, pointerTo('paths', path, method, 'parameters', n))
      const { in: place, name, required } = at<any>(contract, where)
      return { place, name, required, shown: shownAt(where + pointerTo('schema')) }
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

/** What is answered where it is not 200. The refresh token that is shown is nobody's. */
const outcomes: Readonly<Record<string, string>> = {
  'Rpc.Users.create': '201',
  'Rest.Users.create': '201',
  'Rpc.Auth.refresh': '401 INVALID_REFRESH_TOKEN',
  'Rpc.Auth.logout': '401 INVALID_REFRESH_TOKEN',
  'Rest.Auth.refresh': '401 AUTH_003',
}

let service: Service
beforeAll(async () => {
  service = await startService({ rateLimitPerMinute: 0, loginAttempts: 0 })
})
afterAll(() => service.close())

/**
 * Sends a request whose values are those that its types show, in a scene of its own in which they
 * are good.
 */
async function ask(
  { id, method, path, isPublic, parameters }: (typeof operations)[number],
  json: Record<string, any> | undefined,
  given: Record<string, string> = {},
): Promise<Reply> {
  const values = parameters
    .filter(({ name, required }) => required || name in given)
    .map(({ place, name, shown }) => ({ place, name, value: given[name] ?? String(shown[0]?.value) }))
  await service.knex('users').del()
  const shownId = values.find(({ name }) => name === 'id')?.value
  const shownSession = values.find(({ name }) => name === 'sessionId')?.value
  if (shownId) await service.makeUser({ id: requireId(shownId) })
  // Of the own account the shown name and address are one's own; of others' they are still free.
  const own = /\.Auth\./.test(id) ? { username: 'moonuser', email: 'moonuser@example.com' } : { username: 'caller' }
  const secret = json?.old_password ?? json?.currentPassword ?? (isPublic ? 'UserPass123#' : password)
  await service.makeUser({ ...own, role: 'super_admin', password: secret })
  const valuesOf = (where: string) =>
    Object.fromEntries(values.filter(({ place }) => place === where).map(({ name, value }) => [name, value]))
  const query = new URLSearchParams(valuesOf('query'))
  return service.call(
    method,
    path.replace('{id}', String(shownId)).replace('{sessionId}', String(shownSession)) +
      (query.size > 0 ? `?${query}` : ''),
    {
      ...(!isPublic && { token: (await service.login(own.username, secret)).access_token }),
      ...(json && { json }),
      headers: valuesOf('header'),
    },
  )
}

/** A body of what the types of a shape show first, but for one property. */
function bodyOf(
  shape: Record<string, Shown[]> | undefined,
  name = '',
  value?: unknown,
): Record<string, any> | undefined {
  if (!shape) return undefined
  const shown = Object.fromEntries(Object.entries(shape).map(([each, [first]]) => [each, first?.value]))
  const body = { ...shown, ...(name && { [name]: value }) }
  // The same password is shown as the old one and as the new: the one that is not looked at is
  // another.
  const old = ['old_password', 'currentPassword'].find((each) => each in body)
  if (!old) return body
  const fresh = ['password', 'newPassword', 'confirmPassword'].filter((each) => each in body)
  return { ...body, ...Object.fromEntries((name === old ? fresh : [old]).map((each) => [each, password])) }
}

describe('the values that the types of requests show, sent', () => {
  it.each(bodies)('$id takes a body of them (shape $n)', async (operation) => {
    const { id, shape } = operation
    for (const [name, shown] of Object.entries(shape)) {
      expect(shown.length, `${name} shows no value`).toBeGreaterThan(0)
      for (const { pointer, value } of shown) {
        expect(outcome(await ask(operation, bodyOf(shape, name, value)))).toBe(outcomes[id] ?? '200')
        recordExample(pointer)
      }
    }
  })

  it.each(parameters)('$id takes $parameter.name', async (operation) => {
    const { id, shapes, parameter } = operation
    const { name, shown } = parameter
    expect(shown.length, `${name} shows no value`).toBeGreaterThan(0)
    for (const { pointer, value } of shown) {
      const reply = await ask(operation, bodyOf(shapes[0]), { [name]: String(value) })
      expect(outcome(reply)).toBe(outcomes[id] ?? '200')
      if (name === 'Accept-Language') expect(reply.headers['content-language']).toBe(value)
      if (name === 'X-Request-Id') expect(reply.headers['x-request-id']).toBe(value)
      recordExample(pointer)
    }
  })
})

// What generators of requests do first: Schemathesis, Postman, the forms of most readers.
describe('the values that all parameters show, sent together', () => {
  const several = operations.filter(({ parameters }) => parameters.length > 2)

  it.each(several)('are a good request of $id', async (operation) => {
    const { id, parameters, shapes } = operation
    const given = Object.fromEntries(parameters.map(({ name, shown }) => [name, String(shown[0]?.value)]))
    expect(outcome(await ask(operation, bodyOf(shapes[0]), given))).toBe(outcomes[id] ?? '200')
  })
})

// That a service has answered them is noted with every reply of every test
// (contract/coverage/shown.ts): what no reply bears out is a gap, without exceptions.
describe('the values that the types of answers show', () => {
  const breaches = createSchemaCheck(contract)

  it.each(held)('fit: %s', (pointer) => {
    const [, type = ''] = /^(.*)\/examples\/\d+$/.exec(pointer) ?? []
    expect(breaches(at(contract, type), at(contract, pointer))).toEqual([])
  })

  it('all stand in answers: no example of the document is left aside', () => {
    const all = examplePointers(contract)
    expect(new Set(all).size).toBe(all.length)
    for (const pointer of [...sent, ...exchanged]) expect(all, pointer).toContain(pointer)
    const answered = [...reachedFrom(answersOf(contract))]
    expect(held.filter((pointer) => !answered.some((type) => pointer.startsWith(`${type}/`)))).toEqual([])
  })
})

/** What the document says of every answer. */
function answersOf({ paths, components }: any): object[] {
  const operations = Object.values<any>(paths).flatMap((methods) => Object.values<any>(methods))
  return [components.responses, ...operations.map(({ responses }) => responses)]
}

/** The pointers that are referred to from these parts of the document, and on from there. */
function reachedFrom(parts: object[], reached = new Set<string>()): Set<string> {
  for (const [, pointer = ''] of JSON.stringify(parts).matchAll(/"\$ref":"#([^"]+)"/g))
    if (!reached.has(pointer)) reachedFrom([at(contract, pointer)], reached.add(pointer))
  return reached
}

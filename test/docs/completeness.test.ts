import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contract } from '../support/contract-check.ts'
import { type Service, startService } from '../support/service.ts'
import { partOf, textOf } from './text.ts'

let service: Service
const pages: Record<string, string> = {}

beforeAll(async () => {
  service = await startService()
  for (const name of ['', 'permissions', 'twins', 'errors', 'limits'])
    pages[name] = await (await fetch(`${service.url}/docs/${name}`)).text()
})
afterAll(() => service.close())

/** The document itself, read apart from the code of the pages. */
const operations: any[] = Object.entries<any>(contract.paths).flatMap(([path, item]) =>
  Object.entries<any>(item).map(([method, operation]) => ({ ...operation, path, method: method.toUpperCase() })),
)

function follow(thing: any): any {
  if (!thing?.$ref) return thing
  return follow(
    thing.$ref
      .slice(2)
      .split('/')
      .reduce((at: any, key: string) => at[key], contract),
  )
}

/** Every property and every value of a schema, however deep. */
function words(given: any): string[] {
  const schema = follow(given)
  if (!schema) return []
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) => [name, ...words(each)]),
    ...(schema.enum ?? (schema.const === undefined ? [] : [schema.const])).map(String),
    ...[...(schema.oneOf ?? []), ...(schema.anyOf ?? []), schema.items].filter(Boolean).flatMap(words),
  ]
}

function part(page: string, tag: string, id: string): string {
  return partOf(pages[page] as string, tag, id)
}

/** The section of the twins with this title. */
function twinsOf(title: string): string {
  const sections = (pages.twins as string).split('<section').slice(1)
  return sections.find((each) => textOf(each.slice(0, each.indexOf('</h2>'))).includes(title)) ?? ''
}

const media = (holder: any) => follow(holder)?.content?.['application/json']

describe.each(operations)('$operationId', ({ operationId, path, method, ...operation }) => {
  it('stands in the reference with everything that can be sent and comes back', () => {
    const face = part('', 'article', operationId)
    const expected = [
      method,
      path,
      ...operation.parameters.map(follow).flatMap(({ name, schema }: any) => [name, ...words(schema)]),
      ...words(media(operation.requestBody)?.schema),
      ...Object.entries(operation.responses).flatMap(([status, response]) =>
        Number(status) < 400 ? [status, ...words(media(response)?.schema)] : [],
      ),
      ...operation['x-error-codes'],
      ...Object.keys(media(operation.requestBody)?.examples ?? {}).map(
        (key) => media(operation.requestBody).examples[key].summary ?? key,
      ),
    ]
    expect(expected.filter((word) => !face.includes(word))).toEqual([])
  })

  it('says whether it may be repeated, where it writes', () => {
    const told = textOf(part('', 'article', operationId)).includes('May be repeated')
    expect(told).toBe(operation['x-idempotent'] === true)
  })

  it('has its roles in the matrix', () => {
    const row = (pages.permissions as string).split('<tr').find((each) => each.includes(`#${operationId}"`)) ?? ''
    const marks = [...row.matchAll(/class="mark (yes|no)"/g)].map(([, mark]) => mark === 'yes')
    const roles = ['guest', 'user', 'moderator', 'manager', 'admin', 'super_admin']
    const allowed = operation['x-roles']
    expect(marks).toEqual([
      allowed === undefined,
      ...roles.map((role) => allowed === undefined || allowed.includes(role)),
    ])
  })

  it('fails for its reasons and no others, as far as its style has an answer', () => {
    const style = operationId.startsWith('Rpc.') ? 'rpc' : 'rest'
    const reasons: any[] = contract['x-failures'].filter(
      (failure: any) => operation['x-failure-reasons'].includes(failure.reason) && failure[style],
    )
    const failures = (pages[''] as string).split(`id="${operationId}"`)[1]?.split('class="row failures"')[1] as string
    const told = failures.slice(0, failures.indexOf('</article>')).split('<li class="field">').slice(1)
    const plain = (text: string) => text.replaceAll('`', '').replace(/\s+/g, '')
    const telling = (html: string) => textOf(html.slice(0, html.indexOf('</li>'))).replace(/\s+/g, '')
    expect(told.map(telling).toSorted()).toEqual(
      reasons.map((failure) => plain(failure[style].code + failure.when + failure.todo)).toSorted(),
    )

    const entries = (pages.errors as string).split('<li class="code-entry').slice(1)
    const naming = entries.filter((entry) => entry.includes(`#${operationId}"`))
    expect(naming.map((entry) => entry.match(/id="(\w+)"/)?.[1]).toSorted()).toEqual(
      [...new Set(reasons.map((failure) => failure[style].code))].toSorted(),
    )
  })
})

describe('the twins', () => {
  it.each(operations.filter(({ operationId }) => operationId.startsWith('Rpc.')))(
    'of $operationId stand beside it',
    (operation) => {
      const row =
        (pages.twins as string).split('<section').find((each) => each.includes(`#${operation.operationId}"`)) ?? ''
      for (const twin of operation['x-twin']) expect(row).toContain(`#${twin}"`)
    },
  )

  it.each([
    ['Log in', 'username', 'usernameOrEmail'],
    ['Log in', 'access_token', 'data.accessToken'],
    ['Log in', 'expires_at', 'data.expiresIn'],
    ['Log in', 'user.id', 'data.user.id'],
    ['List users', 'limit', 'limit'],
    ['List users', 'next_cursor', 'pagination.nextCursor'],
    ['List users', 'users[].created_at', 'data[].createdAt'],
    ['List users', '—', 'sortBy'],
    ["Change one's own account", 'old_password', 'currentPassword'],
    ["Change one's own account", 'password', 'newPassword'],
    ['Update a user', 'can_write', '—'],
    ['Update a user', 'id', 'id'],
  ])('of %s: %s is %s', (title, rpc, rest) => {
    const rows = twinsOf(title)
      .split('<tr')
      .map((row) =>
        row
          .split('<td')
          .slice(1)
          .map((cell) => textOf(`<td${cell}`).trim().split(/\s+/)[0]),
      )
    expect(rows).toContainEqual([rpc, rest])
  })

  it('show where they differ', () => {
    const lists = twinsOf('List users')
    expect(lists).toContain('<b>1–200</b>')
    expect(lists).toContain('<b>1–100</b>')
  })
})

describe('the registry of errors', () => {
  it.each<any>(contract['x-failures'])(
    'tells $reason: when, what to do, and how each style says it',
    ({ reason, when, todo, rpc, rest }) => {
      const row = part('errors', 'li', reason)
      const plain = (text: string) => text.replaceAll('`', '')
      expect(row.replace(/\s+/g, ' ')).toContain(plain(when).slice(0, 30))
      expect(row.replace(/\s+/g, ' ')).toContain(plain(todo).slice(0, 20))
      for (const said of [rpc, rest])
        if (said) for (const word of [String(said.status), said.code, said.message]) expect(row).toContain(word)
    },
  )

  it('has the shape and the examples of every failure', () => {
    for (const [name, response] of Object.entries<any>(contract.components.responses)) {
      const shape = part('errors', 'article', name)
      expect(
        words(media(response).schema).filter((word) => !shape.includes(word)),
        name,
      ).toEqual([])
      for (const key of Object.keys(media(response).examples ?? {}))
        expect(shape, `${name} ${key}`).toContain(media(response).examples[key].value.error)
    }
  })
})

it('a default is shown as it would be sent, an empty one too', () => {
  expect(part('', 'article', 'Rest.Users.create')).toMatch(/fullName\s+string, at most 100 characters, default ""/)
  expect(part('', 'article', 'Rest.Users.list')).toContain('default "createdAt"')
  expect(part('', 'article', 'Rest.Users.list')).toContain('default 20')
  for (const [name, page] of Object.entries(pages)) expect(textOf(page), name).not.toMatch(/default\s*(,|$)/m)
})

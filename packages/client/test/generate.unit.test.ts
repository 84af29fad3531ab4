import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { operationsOf } from '../../../contract/document.ts'
import { thirdStyle } from '../../../test/third-style/fixture.ts'
import { clientFiles } from '../generate.ts'
import { compile, path, readDocument } from './compile.ts'

const document = readDocument()
const files = clientFiles(document)

/** The line of each operation, by `group.name`, as the face of a style has it. */
function linesOf(text = ''): Record<string, string> {
  const [, operations = ''] = /^const operations = (\{\n[\s\S]*?\n\})/m.exec(text) ?? []
  const groups = [...operations.matchAll(/^ {2}(\w+): \{\n([\s\S]*?)^ {2}\},/gm)]
  return Object.fromEntries(
    groups.flatMap(([, group, methods = '']) =>
      [...methods.matchAll(/^ {4}(\w+): '(.*)',$/gm)].map(([, name, line]) => [`${group}.${name}`, String(line)]),
    ),
  )
}

describe('what is generated of the document', () => {
  it('is what is checked in', () => {
    expect(readdirSync(path('src/generated')).toSorted()).toEqual(Object.keys(files).toSorted())
    for (const [name, text] of Object.entries(files))
      expect(readFileSync(path(`src/generated/${name}`), 'utf8'), name).toBe(text)
  })

  it.each(Object.entries(document['x-styles']))('has a method for each operation of %s', async (style, facts: any) => {
    const ids = operationsOf(document)
      .filter((each) => each['x-style'] === style)
      .map(({ operationId }) => operationId.replace(`${facts.namespace}.`, '').replace(/^./, (c) => c.toLowerCase()))
    expect(ids.length).toBeGreaterThan(5)
    expect(Object.keys(linesOf(files[`${style}.ts`])).toSorted()).toEqual(ids.toSorted())
    const { [style]: face } = await import(`../src/generated/${style}.ts`)
    const methods = Object.entries<any>(face({})).flatMap(([group, each]) =>
      Object.entries(each).map(([name, method]) => [`${group}.${name}`, typeof method]),
    )
    expect(Object.fromEntries(methods)).toEqual(Object.fromEntries(ids.map((id) => [id, 'function'])))
  })

  it('says of each operation what it takes and where its data is', () => {
    expect(linesOf(files['rpc.ts'])).toMatchObject({
      'auth.refresh': 'POST /auth:refresh bip *',
      'auth.logout': 'POST /auth:logout bx -',
      'auth.me': 'GET /auth:me - user',
      'users.update': 'POST /users:update?id={id} bi user',
      'users.destroy': 'POST /users:destroy?id={id} - -',
      'users.list': 'GET /users:list? q * users next_cursor',
    })
    expect(linesOf(files['rest.ts'])).toMatchObject({
      'auth.login': 'POST /auth/login bp data',
      'users.delete': 'DELETE /users/{id} - -',
      'users.list': 'GET /users? q * data pagination.nextCursor',
    })
    expect(files['rpc.ts']).toContain("const failure = 'error error_code reason details'")
    expect(files['rest.ts']).toContain("const failure = 'message details.code details.reason details.errors'")
  })
})

describe('a document with more in it', () => {
  it('gives a method more by generation alone', () => {
    const more = readDocument()
    const { get } = more.paths['/users:get']
    more.paths['/users:rename'] = {
      post: {
        ...get,
        operationId: 'Rpc.Users.rename',
        parameters: [
          ...get.parameters,
          { name: 'user-tag', in: 'query', required: true, schema: { type: 'string', enum: ['a', 'b'] } },
          { name: 'dry', in: 'query', schema: { type: 'boolean' } },
        ],
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Rpc.UserFields' } } } },
        'x-error-codes': ['USER_NOT_FOUND'],
      },
    }
    const made = clientFiles(more)
    expect(linesOf(made['rpc.ts'])).toEqual({
      ...linesOf(files['rpc.ts']),
      'users.rename': 'POST /users:rename?id={id}&user-tag={userTag}& bq user',
    })
    const use = [
      "import type { Rpc, UserPublic } from './rpc.ts'",
      'export async function use(face: Rpc): Promise<void> {',
      "  const user: UserPublic = await face.users.rename('1', 'b', { dry: true }, { email: 'a@b.cd' })",
      '  const { id } = user',
      "  const told = await face.users.rename(id, 'a').result()",
      "  if (!told.ok && told.error.code === 'USER_NOT_FOUND') throw told.error",
      '  // @ts-expect-error no such tag',
      "  await face.users.rename('1', 'c')",
      '}',
    ].join('\n')
    expect(compile({ ...made, 'use.ts': use })).toEqual([])
  })

  it('gives a face more for a third style, which compiles', async () => {
    const third = clientFiles((await thirdStyle()).document)
    expect(Object.keys(third)).toEqual([...Object.keys(files), 'resource.ts'])
    expect(linesOf(third['resource.ts'])).toEqual({
      'users.list': 'GET /v1/users? q *',
      'users.get': 'GET /v1/users/{id} - *',
      'users.change': 'PATCH /v1/users/{id} b *',
      'users.delete': 'DELETE /v1/users/{id} - -',
    })
    expect(third['resource.ts']).toContain("const failure = 'detail code - errors'")
    expect(third['resource.ts']).toContain('Takes `If-Match` in `options.headers`: The `ETag` of the user')
    expect(compile(third)).toEqual([])
  })
})

describe('the generator', () => {
  it.each<[told: string, spoil: (d: any) => void]>([
    ['Rpc.Users.Roles.list is not called Style.Group.name', (d) => (get(d).operationId = 'Rpc.Users.Roles.list')],
    ['would have two of the name UsersListQuery', (d) => rename(d, 'Rpc.UserFields', 'Rpc.UsersListQuery')],
    ['would have two of the name Call', (d) => rename(d, 'Rpc.UserFields', 'Rpc.Call')],
    ['would have two of the name Role', (d) => rename(d, 'Rpc.UserPublic', 'Rpc.Role')],
    ['takes its cursor as "from"', (d) => (list(d)['x-pagination'].parameter = 'from')],
    ['nothing stands at /people of Rpc.UserPage', (d) => (list(d)['x-pagination'].items = '/people')],
    ['Rpc.Users.list has no list at /limit', (d) => (list(d)['x-pagination'].items = '/limit')],
    ['cannot follow the pointer /a.b', (d) => (list(d)['x-pagination'].next = '/a.b')],
    ['takes a page\'s number as "part"', (d) => (list(d)['x-pagination'].page = 'part')],
    [
      'Rpc.UserPublic is both sent and answered, and not the same in both',
      (d) => (d.components.schemas['Rpc.UserFields'].properties.user = { $ref: '#/components/schemas/Rpc.UserPublic' }),
    ],
  ])('says what is wrong: %s', (told, spoil) => {
    const copy = structuredClone(document)
    spoil(copy)
    expect(() => clientFiles(copy)).toThrow(told)
  })

  const get = (d: any) => d.paths['/users:get'].get
  const list = (d: any) => d.paths['/users:list'].get
  const rename = (d: any, from: string, to: string) => {
    const text = JSON.stringify(d).replaceAll(`/${from}"`, `/${to}"`).replaceAll(`"${from}":`, `"${to}":`)
    Object.assign(d, JSON.parse(text))
  }
})

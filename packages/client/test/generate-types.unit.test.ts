import { describe, expect, it } from 'vitest'
import { clientFiles } from '../generate.ts'
import { compile, readDocument } from './compile.ts'

const document = readDocument()
const files = clientFiles(document)

/** Each line that has to be refused says so, and is the only reason to be refused. */
const proofs = `
import type { JanusError } from '../errors.ts'
import type { Janus } from '../types.ts'
import type { Role } from './common.ts'
import type { Examples } from './examples.ts'
import { rest, type User } from './rest.ts'
import { rpc, type UserPublic, type UserUpdate } from './rpc.ts'

export async function prove(janus: Janus): Promise<void> {
  const a = rpc(janus)
  const b = rest(janus)

  // What is answered is open, what is sent is closed.
  const user: UserPublic = await a.users.create({ username: 'u', email: 'e', password: 'p', role: 'admin' })
  const role: string = user.role
  if (user.role === 'admin' || user.role === 'wizard') user.role = role
  // @ts-expect-error a role that is none
  await a.users.create({ username: 'u', email: 'e', password: 'p', role: 'wizard' })
  // @ts-expect-error one that was answered may be new
  const sent: Role = user.role
  // @ts-expect-error a field that is none
  await a.users.create({ username: 'u', email: 'e', password: 'p', role: sent, nickname: 'n' })
  // @ts-expect-error a field that is missing
  await a.users.create({ username: 'u', email: 'e', role: 'user' })
  // @ts-expect-error no status of those that can be given
  await b.users.update('1', { status: 'deleted' })
  await b.users.update('1', { status: undefined, fullName: '' })

  // One of three bodies.
  const reset: UserUpdate = { action: 'reset_password', new_password: 'p' }
  await a.users.update(user.id, reset)
  await a.users.update(user.id, { action: 'revoke_sessions' })
  await a.users.update(user.id, { role: 'user' })
  // @ts-expect-error no new password
  await a.users.update(user.id, { action: 'reset_password' })

  // Ids, then the query, then options.
  await b.users.get('1', { timeout: 5, retries: 0 })
  await b.users.list({ sortBy: 'email', sortOrder: 'ASC' }, { language: 'en' })
  // @ts-expect-error nothing to sort by
  await b.users.list({ sortBy: 'phone' })
  // @ts-expect-error no such parameter
  await a.users.list({ page: 2 })
  // @ts-expect-error no id
  await a.users.get()

  // The data is what the answer is about; the whole is there too.
  const nothing: undefined | void = await b.users.delete('1')
  const { data, raw } = await b.auth.profile().withResponse()
  const same: User = raw.data
  const ok: true = raw.success
  const { access_token, token_type } = await a.auth.login({ username: 'u', password: 'p' })
  const bearer: 'Bearer' = token_type

  // Lists: the first page, or every item.
  const { users, next_cursor } = await a.users.list()
  const cursor: string | null = next_cursor
  for await (const each of b.users.list({ search: 'x' })) each satisfies User
  const all: UserPublic[] = await a.users.list().toArray({ limit: 3 })
  for await (const page of b.users.list().pages()) if ('total' in page.pagination) page.pagination.total.toFixed()

  // The codes are those of the operation.
  const told = await a.users.create({ username: 'u', email: 'e', password: 'p', role: 'user' }).result()
  if (!told.ok) {
    const { error } = told
    if (error.code === 'USERNAME_EXISTS' || error.code === 'TIMED_OUT') throw error
    // @ts-expect-error what no creation fails with
    if (error.code === 'USER_NOT_FOUND') throw error
    error satisfies JanusError<string>
  }
  void [nothing, data, same, ok, access_token, bearer, users, cursor, all]
}

export function shown({ rpc, rest }: Examples): string {
  rpc.users.create.failures.USERNAME_EXISTS satisfies readonly string[]
  rpc.users.create.answers['Create New User'].body.user satisfies UserPublic
  // @ts-expect-error what no creation fails with
  rpc.users.create.failures.USER_NOT_FOUND
  // @ts-expect-error a title that no answer has
  rest.users.list.answers.other
  return rest.users.get.failures.USER_001[0]
}
`

describe('the types of the faces', () => {
  it('are those of the document, for consumers who are strict and declare in isolation', () => {
    expect(compile({ ...files, 'proofs.ts': proofs })).toEqual([])
  })

  it('refuse each for the reason that is given there, not for a slip', () => {
    const lines = proofs.split('\n')
    const expected = lines.flatMap((line, at) => (line.includes('// @ts-expect-error') ? [at + 2] : []))
    const told = compile({ ...files, 'proofs.ts': proofs.replaceAll('@ts-expect-error', '@expected') })
    expect([...new Set(told.map((each) => Number(each.split(':')[1])))]).toEqual(expected)
    for (const each of told) expect(each).not.toMatch(/Cannot find (name|module)|implicitly has an 'any' type/)
  })

  it('take the examples in the comments', () => {
    const faces = Object.keys(document['x-styles'])
    const examples = faces.flatMap((style) =>
      [...(files[`${style}.ts`] ?? '').matchAll(/@example\n([\s\S]*?)(?: \*\/| \* @)/g)].map(([, lines = '']) =>
        lines.replaceAll(/^ *\* ?/gm, ''),
      ),
    )
    expect(examples).toHaveLength(Object.values<any>(document.paths).flatMap((path) => Object.keys(path)).length)
    const source = [
      "import type { Janus } from '../types.ts'",
      ...faces.map((style) => `import { ${style} } from './${style}.ts'`),
      'declare const console: { log(value: unknown): void }',
      'export async function run(janus: Janus): Promise<void> {',
      ...examples,
      '}',
    ].join('\n')
    expect(compile({ ...files, 'examples-of-comments.ts': source })).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { clientFiles } from '../generate.ts'
import { readDocument } from './compile.ts'

/** The comment over a line of a file. */
function commentOver(text = '', line: string): string {
  const [before = ''] = text.split(`\n${line}`)
  expect(before).not.toBe(text)
  return before.slice(before.lastIndexOf('/**'))
}

const changed = (change: (d: any) => void) => {
  const document = readDocument()
  change(document)
  return clientFiles(document)
}

const create = '    create(body: UserCreate, options?: CallOptions): Call<UserPublic, UsersCreateCode, UserCreated>'

describe('what an editor shows of a method', () => {
  it('is its description, roles, twin, codes with when they come, and an example', () => {
    const { 'rpc.ts': rpc } = changed((d) => {
      const { post } = d.paths['/users:create']
      post.summary = 'Make somebody'
      post.description = 'Told here. `*/` ends nothing.'
      post['x-roles'] = ['admin', 'guest']
      post['x-twin'] = ['Rest.Users.delete', 'Rest.Users.create']
      post['x-failure-reasons'] = ['username_taken', 'email_taken', 'weak_password', 'same_password']
      post['x-error-codes'] = ['USERNAME_EXISTS', 'WEAK_PASSWORD']
      d['x-failures'].find(({ reason }: any) => reason === 'weak_password').when = 'It is weak: one of many. Or not.'
      post.requestBody.content['application/json'].examples = { One: { value: { username: "O'Neill", role: 'user' } } }
    })
    expect(commentOver(rpc, create)).toBe(
      [
        '/**',
        '     * Make somebody.',
        '     *',
        '     * Told here. `*\\/` ends nothing.',
        '     *',
        '     * `POST /users:create`. Roles: `admin`, `guest`. The same in another style:',
        '     * `rest(janus).users.delete`, `rest(janus).users.create`.',
        '     *',
        '     * Fails with, as `code` of the `JanusError`:',
        '     * - `WEAK_PASSWORD` (400): It is weak. The new password is the current one.',
        '     * - `USERNAME_EXISTS` (409): Somebody who is not deleted has this username, in upper or lower',
        '     *   case.',
        '     * @example',
        `     * await rpc(janus).users.create({ username: "O'Neill", role: 'user' })`,
        '     */',
      ].join('\n'),
    )
  })

  it('says what needs no token, what takes an expired one, and what may be repeated', () => {
    const { 'rpc.ts': rpc = '', 'rest.ts': rest = '' } = clientFiles(readDocument())
    expect(commentOver(rpc, '    refresh(')).toMatch(/For everybody\. Safe to repeat\. It neither/)
    expect(commentOver(rest, '    logout(')).toMatch(/\* An access token that has expired will do\./)
    expect(commentOver(rest, '    get(')).not.toMatch(/For everybody|expired\s+\* will do|Safe/)
    expect(commentOver(rest, '    get(')).toContain('     * @param id The user; a UUID or a ULID.\n')
  })

  it.each<[what: string, file: string, line: string, change: (d: any) => void]>([
    ['an operation', 'rpc.ts', create, (d) => (d.paths['/users:create'].post.deprecated = true)],
    [
      'a property',
      'rpc.ts',
      '  can_write: boolean',
      (d) => (d.components.schemas['Rpc.UserBrief'].properties.can_write.deprecated = true),
    ],
    [
      'a parameter',
      'rest.ts',
      "  sortOrder?: 'ASC' | 'DESC' | undefined",
      (d) => (d.paths['/users'].get.parameters.find(({ name }: any) => name === 'sortOrder').deprecated = true),
    ],
    ['a type', 'rest.ts', 'export interface Stats ', (d) => (d.components.schemas['Rest.Stats'].deprecated = true)],
  ])('says that %s is deprecated, where the document does', (_, file, line, change) => {
    expect(commentOver(clientFiles(readDocument())[file], line)).not.toContain('@deprecated')
    expect(commentOver(changed(change)[file], line)).toMatch(/^ *\* @deprecated$/m)
  })
})

describe('what an editor shows of a property', () => {
  const { 'rpc.ts': rpc, 'rest.ts': rest, 'common.ts': common } = clientFiles(readDocument())

  it('is its description, or that of its type, and how a moment is written', () => {
    expect(commentOver(rpc, '  created_at: string')).toMatch(/UTC, whole seconds: .* \(RFC 3339\)\./)
    expect(commentOver(rpc, '  last_login_at?: string')).toMatch(/never logged in\. A moment in UTC/)
    expect(commentOver(rpc, '  can_write: boolean')).toContain('no rule here reads it.')
    expect(commentOver(common, 'export type Role =')).toContain('The roles, highest rank first.')
  })

  it('has its range and its default', () => {
    const query = rest?.slice(rest.indexOf('interface UsersListQuery'))
    expect(commentOver(query, '  limit?: number | undefined')).toMatch(
      /Users per page\. 1 to 100\.\n.*\n.*@default 20\n/,
    )
    expect(commentOver(query, '  sortBy?: ')).toContain("@default 'createdAt'")
  })
})

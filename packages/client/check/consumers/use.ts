import { ConflictError, createJanus, JanusError, NotFoundError, toUlid } from 'janus-users-client'
import { rest } from 'janus-users-client/rest'
import { rpc } from 'janus-users-client/rpc'

/**
 * Logs in, lists, creates, gets, changes and deletes with both faces of one session.
 *
 * @param place a name of its own for those who do this with one service
 * @returns what it prints when all was as it should be
 */
export async function use(baseUrl: string, username: string, password: string, place: string): Promise<string> {
  const refreshed: string[] = []
  const janus = createJanus({ baseUrl, login: { username, password }, onTokens: () => void refreshed.push('tokens') })
  const [a, b] = [rpc(janus), rest(janus)]

  const names = ['one', 'two', 'three'].map((name) => `${place}-${name}`)
  const made: string[] = []
  for (const name of names) {
    const body = { username: name, email: `${name}@example.com`, password: 'tramway-lantern-41', role: 'user' } as const
    made.push((await a.users.create(body)).id)
  }

  const listed: string[] = []
  for await (const user of a.users.list({ limit: 2, search: place })) listed.push(user.username)
  same('the list of RPC', listed.sort(), names.slice().sort())
  const all = await b.users.list({ limit: 2, search: place }).toArray()
  same('the list of REST', all.map(({ id }) => toUlid(id)).sort(), made.slice().sort())

  const [first = '', second = '', third = ''] = made
  const { data, response } = await b.users.get(first).withResponse()
  same('a user', [data.username, response.status], [names[0], 200])
  same('a change', (await b.users.update(second, { fullName: '月光' })).fullName, '月光')

  const again = { username: names[0] ?? '', email: `${place}@example.com`, password: 'tramway-lantern-41' }
  const refused = await b.users.create(again).result()
  same(
    'a name that is taken',
    !refused.ok && refused.error instanceof ConflictError && refused.error.reason,
    'username_taken',
  )

  await a.users.destroy(first)
  await b.users.delete(second)
  await b.users.delete(third)
  const gone = await a.users.get(first).then(
    () => undefined,
    (error: unknown) => error,
  )
  same('a user who is gone', gone instanceof NotFoundError && gone instanceof JanusError && gone.status, 404)

  same('logins', refreshed.length, 1)
  await janus.logout()
  const after = await a.auth.me().result()
  same('a call after the logout', !after.ok && after.error.code, 'NO_SESSION')
  return `${place}: used by both faces`
}

function same(what: string, found: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(found), JSON.stringify(expected)]
  if (is !== should) throw new Error(`${what}: ${is}, not ${should}`)
}

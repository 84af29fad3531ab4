import type { RestFace } from './faces.ts'
import { chinese, emoji } from './schemas.ts'
import { credentials, session } from './session.ts'
import type { Expect } from './smoke.ts'

/**
 * Login, list, create, three updates, delete, a 404 and a 409 in the REST style.
 *
 * @throws Error that says what is wrong
 */
export async function playRest(face: RestFace, expect: Expect): Promise<void> {
  const login = { usernameOrEmail: credentials.username, password: credentials.password }
  const { data } = await expect('Rest.Auth.login', 200, face.login(login), { body: login })
  session.token = data.accessToken

  const name = `rest-${process.pid}`
  const body = {
    username: name,
    email: `${name}@example.com`,
    password: `${chinese} ${emoji}`,
    fullName: `${chinese} ${emoji}`,
  }
  const { data: user } = await expect('Rest.Users.create', 201, face.create(body), { body })
  await expect('Rest.Users.create', 409, face.create(body), { body, code: 'AUTH_006' })

  const query = { limit: 2, search: name }
  const { data: users } = await expect('Rest.Users.list', 200, face.list(query), { query })
  if (users.length !== 1 || users[0].id !== user.id) throw new Error(`Rest.Users.list: ${JSON.stringify(users)}`)

  for (const change of [
    { fullName: `${emoji} ${chinese}` },
    { email: `new-${name}@example.com` },
    { role: 'manager', status: 'inactive' },
  ] as const) {
    const { data: changed } = await expect('Rest.Users.update', 200, face.update(user.id, change), { body: change })
    for (const [field, value] of Object.entries(change))
      if (changed[field] !== value) throw new Error(`Rest.Users.update: ${JSON.stringify(changed)}`)
  }

  await expect('Rest.Users.delete', 200, face.delete(user.id))
  await expect('Rest.Users.get', 404, face.get(user.id), { code: 'USER_001' })
}

import type { RpcFace } from './faces.ts'
import { chinese, emoji } from './schemas.ts'
import { credentials, session } from './session.ts'
import type { Expect } from './smoke.ts'

/**
 * Login, list, create, three updates, delete, a 404 and a 409 in the RPC style.
 *
 * @throws Error that says what is wrong
 */
export async function playRpc(face: RpcFace, expect: Expect): Promise<void> {
  const { access_token } = await expect('Rpc.Auth.login', 200, face.login(credentials), { body: credentials })
  session.token = access_token

  const name = `rpc-${process.pid}`
  const body = { username: name, email: `${name}@example.com`, password: `${chinese} ${emoji}`, role: 'user' } as const
  const { user } = await expect('Rpc.Users.create', 201, face.create(body), { body })
  await expect('Rpc.Users.create', 409, face.create(body), { body, code: 'USERNAME_EXISTS' })
  const own = { username: name, password: body.password }
  await expect('Rpc.Auth.login', 200, face.login(own), { body: own })

  const query = { limit: 2, search: name }
  const { users } = await expect('Rpc.Users.list', 200, face.list(query), { query })
  if (users.length !== 1 || users[0].id !== user.id) throw new Error(`Rpc.Users.list: ${JSON.stringify(users)}`)

  const fields = { email: `new-${name}@example.com`, role: 'moderator' } as const
  const changed = await expect('Rpc.Users.update', 200, face.update(user.id, fields), { body: fields })
  if (changed.user.role !== 'moderator') throw new Error(`Rpc.Users.update: ${JSON.stringify(changed)}`)
  const reset = { action: 'reset_password', new_password: `${emoji} ${chinese}` } as const
  await expect('Rpc.Users.update', 200, face.update(user.id, reset), { body: reset })
  const revocation = { action: 'revoke_sessions' } as const
  await expect('Rpc.Users.update', 200, face.update(user.id, revocation), { body: revocation })
  const renewed = { username: name, password: reset.new_password }
  await expect('Rpc.Auth.login', 200, face.login(renewed), { body: renewed })

  await expect('Rpc.Users.destroy', 200, face.destroy(user.id))
  await expect('Rpc.Users.get', 404, face.get(user.id), { code: 'USER_NOT_FOUND' })
}

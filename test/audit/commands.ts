import { randomInt } from 'node:crypto'
import type { Call } from '../support/service.ts'
import type { Reply } from '../support/wire.ts'

/** Where requests go; rejects where nobody answers. */
export type Ask = (method: string, path: string, call?: Call) => Promise<Pick<Reply, 'status' | 'body'>>

const password = 'correct horse battery'
const pick = <T>(list: readonly T[]): T => list[randomInt(list.length)] as T

/** Sends random commands, in both styles, until told to stop. @returns how many were answered */
export async function sendCommands(ask: Ask, token: string, name: string, stopped: () => boolean): Promise<number> {
  const ids: string[] = []
  const tokens: { access: string; refresh: string }[] = []
  let made = 0
  let answered = 0
  const text = () => `${name}-${++made}`
  const own = (call: (token: { access: string; refresh: string }) => Promise<unknown>) =>
    tokens.length > 0 ? call(pick(tokens)) : undefined
  const on = (call: (id: string) => Promise<unknown>) => (ids.length > 0 ? call(pick(ids)) : undefined)
  const patch = (id: string, json: object) => ask('PATCH', `/users/${id}`, { token, json })
  const commands: (() => Promise<unknown> | undefined)[] = [
    async () => {
      const username = text()
      const { body } = await ask('POST', '/users', {
        token,
        json: { username, email: `${username}@example.com`, password },
      })
      if (body.data) ids.push(body.data.id)
      const login = await ask('POST', '/auth:login', { json: { username, password } })
      if (login.body.access_token) tokens.push({ access: login.body.access_token, refresh: login.body.refresh_token })
    },
    () => on((id) => patch(id, { fullName: text() })),
    () => on((id) => patch(id, { role: pick(['user', 'guest', 'moderator', 'manager']) })),
    () => on((id) => patch(id, { email: `${text()}@example.com`, status: pick(['active', 'active', 'banned']) })),
    () => on((id) => ask('POST', `/users:update?id=${id}`, { token, json: { can_write: pick([true, false]) } })),
    () => on((id) => ask('POST', `/users:update?id=${id}`, { token, json: { action: 'revoke_sessions' } })),
    () =>
      on((id) =>
        ask('POST', `/users/${id}/reset-password`, {
          token,
          json: { newPassword: password, mustChange: pick([true, false]) },
        }),
      ),
    () => (made % 5 === 0 ? on((id) => ask('DELETE', `/users/${id}`, { token })) : undefined),
    () => own(({ access }) => ask('PATCH', '/auth/profile', { token: access, json: { fullName: text() } })),
    () => own(({ refresh }) => ask('POST', '/auth/refresh', { json: { refreshToken: refresh } })),
    () => own(({ access }) => ask('POST', '/auth:revoke', { token: access, json: { others: true } })),
    () => (made % 3 === 0 ? own(({ access }) => ask('POST', '/auth/logout', { token: access })) : undefined),
    () =>
      ask('POST', '/auth/login', {
        json: { usernameOrEmail: pick([`${name}-1`, 'nobody']), password: pick([password, 'wrong']) },
      }),
  ]
  while (!stopped()) {
    try {
      await pick(commands)()
      answered++
    } catch (error) {
      if (!stopped()) throw error
    }
  }
  return answered
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at } from '../../contract/pointer.ts'
import { contract } from '../support/contract-check.ts'
import { password, type Service, startService } from '../support/service.ts'

let service: Service
let token: string
beforeAll(async () => {
  service = await startService({ loginAttempts: 0 })
  token = (await service.as('super_admin')).token
})
afterAll(() => service.close())

interface Person {
  readonly id: string
  readonly username: string
  readonly token: string
  readonly refresh: string
}
type Request = (person: Person) => [method: string, path: string, json?: object]

const another = 'another horse battery'
let made = 0
const draft = () => {
  const username = `said-${++made}`
  return { username, email: `${username}@example.com`, password }
}

/**
 * Schema of the answer, its English and its Chinese sentence, and who asks for it how. The document
 * shows these very sentences, and no other test would miss them.
 */
const said: [schema: string, en: string, zh: string, by: 'admin' | 'own' | 'nobody', request: Request][] = [
  [
    'Rpc.UserCreated',
    'user created successfully',
    '用户创建成功',
    'admin',
    () => ['POST', '/users:create', { ...draft(), role: 'user' }],
  ],
  [
    'Rpc.UserUpdated',
    'user updated successfully',
    '用户更新成功',
    'admin',
    ({ id }) => ['POST', `/users:update?id=${id}`, { can_write: false }],
  ],
  [
    'Rpc.UserUpdated',
    'password reset successfully',
    '密码重置成功',
    'admin',
    ({ id }) => ['POST', `/users:update?id=${id}`, { action: 'reset_password', new_password: another }],
  ],
  [
    'Rpc.UserUpdated',
    'all sessions revoked successfully',
    '已撤销全部会话',
    'admin',
    ({ id }) => ['POST', `/users:update?id=${id}`, { action: 'revoke_sessions' }],
  ],
  [
    'Rpc.UserUpdated',
    'session revoked successfully',
    '会话已撤销',
    'admin',
    ({ id }) => ['POST', `/users:update?id=${id}`, { action: 'revoke_session', session_id: 'none' }],
  ],
  [
    'Rpc.OwnSessionsRevoked',
    'session revoked successfully',
    '会话已撤销',
    'own',
    () => ['POST', '/auth:revoke', { session_id: 'none' }],
  ],
  [
    'Rpc.OwnSessionsRevoked',
    'all other sessions revoked successfully',
    '已撤销其他全部会话',
    'own',
    () => ['POST', '/auth:revoke', { others: true }],
  ],
  [
    'Rpc.OwnSessionsRevoked',
    'all sessions revoked successfully',
    '已撤销全部会话',
    'own',
    () => ['POST', '/auth:revoke', { all: true }],
  ],
  ['Rest.SessionRevoked', 'Session ended', '会话已结束', 'own', () => ['DELETE', '/auth/sessions/none']],
  [
    'Rest.OwnSessionsRevoked',
    'All other sessions ended',
    '其他会话已全部结束',
    'own',
    () => ['DELETE', '/auth/sessions?except=current'],
  ],
  ['Rest.OwnSessionsRevoked', 'All sessions ended', '会话已全部结束', 'own', () => ['DELETE', '/auth/sessions']],
  [
    'Rest.SessionsRevoked',
    'All sessions ended',
    '会话已全部结束',
    'admin',
    ({ id }) => ['DELETE', `/users/${id}/sessions`],
  ],
  [
    'Rpc.UserDeleted',
    'user deleted successfully',
    '用户删除成功',
    'admin',
    ({ id }) => ['POST', `/users:destroy?id=${id}`],
  ],
  [
    'Rpc.LoggedOut',
    'logged out successfully',
    '已成功登出',
    'own',
    ({ refresh }) => ['POST', '/auth:logout', { refresh_token: refresh }],
  ],
  [
    'Rpc.ProfileUpdated',
    'user updated successfully',
    '用户更新成功',
    'own',
    () => ['POST', '/auth:me', { email: draft().email }],
  ],
  [
    'Rpc.ProfileUpdated',
    'password updated successfully, please login again',
    '密码修改成功，请重新登录',
    'own',
    () => ['POST', '/auth:me', { old_password: password, password: another }],
  ],
  ['Rest.UserCreated', 'User created', '用户创建成功', 'admin', () => ['POST', '/users', draft()]],
  [
    'Rest.UserUpdated',
    'User updated',
    '用户更新成功',
    'admin',
    ({ id }) => ['PATCH', `/users/${id}`, { status: 'pending' }],
  ],
  [
    'Rest.UserPasswordReset',
    'Password reset',
    '密码重置成功',
    'admin',
    ({ id }) => ['POST', `/users/${id}/reset-password`, { newPassword: another }],
  ],
  ['Rest.UserDeleted', 'User deleted', '用户删除成功', 'admin', ({ id }) => ['DELETE', `/users/${id}`]],
  [
    'Rest.LoggedIn',
    'Logged in',
    '登录成功',
    'nobody',
    ({ username }) => ['POST', '/auth/login', { usernameOrEmail: username, password }],
  ],
  ['Rest.LoggedOut', 'Logged out', '登出成功', 'own', () => ['POST', '/auth/logout']],
  [
    'Rest.PasswordChanged',
    'Password changed',
    '密码修改成功',
    'own',
    () => [
      'POST',
      '/auth/change-password',
      { currentPassword: password, newPassword: another, confirmPassword: another },
    ],
  ],
]

describe('what was done is told', () => {
  it.each(said)('in both languages: %s, %s', async (_, en, zh, by, request) => {
    for (const [language, sentence] of Object.entries({ en, zh })) {
      const { user, token: own, refresh } = await service.as('user', draft())
      const [method, path, json] = request({ id: user.id, username: user.username, token: own, refresh })
      const headers = { 'Accept-Language': language }
      const caller = { admin: { token }, own: { token: own }, nobody: {} }[by]
      const reply = await service.call(method, path, { ...caller, headers, ...(json && { json }) })
      expect(reply.body.message).toBe(sentence)
    }
  })

  it('as the document shows it, and nothing else is shown', () => {
    const shown = Object.entries<any>(contract.components.schemas).flatMap(([name, { properties }]) =>
      (properties?.message?.examples ?? []).map((sentence: string) => `${name} ${sentence}`),
    )
    const sentences = said.flatMap(([schema, en, zh]) => [`${schema} ${en}`, `${schema} ${zh}`])
    expect(shown.toSorted()).toEqual(sentences.toSorted())
    expect(at<{ $ref: string }>(contract, '/components/schemas/Rpc.UserDeleted/properties/message').$ref).toMatch(
      /Sentence$/,
    )
  })
})

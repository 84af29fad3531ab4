import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toUlid } from '../../src/domain/id.ts'
import { contract } from '../support/contract-check.ts'
import { password, type Service, startService } from '../support/service.ts'
import { projectWithClient } from './client-package.ts'
import { textOf } from './text.ts'

let service: Service
let project: Awaited<ReturnType<typeof projectWithClient>>
let reference: string

beforeAll(async () => {
  service = await startService()
  project = await projectWithClient()
  reference = await (await fetch(`${service.url}/docs/`)).text()
})
afterAll(async () => {
  await project?.close()
  await service?.close()
})
beforeEach(async () => {
  await service.knex('users').del()
})

const ids = Object.values<any>(contract.paths).flatMap((item) =>
  Object.values<any>(item).map(({ operationId }) => operationId as string),
)

/** As it stands in the page, which names the service once it is in a browser. */
function sampleOf(operationId: string): string {
  const [, article = ''] = reference.split(`id="${operationId}"`)
  const [, sample = ''] = article.slice(0, article.indexOf('</article>')).split('aria-label="Client sample"><code>')
  // Tags are no blanks here.
  const code = sample.slice(0, sample.indexOf('</code>')).replace(/<[^>]*>/g, '')
  return textOf(code).replace('http://127.0.0.1:6006', service.url)
}

/** What a sample names, as a field of a body. */
function named(sample: string, ...fields: string[]): string | undefined {
  return new RegExp(`\\b(?:${fields.join('|')}): '([^']*)'`).exec(sample)?.[1]
}

/** Runs the sample of an operation for a super admin, on somebody called moonuser. */
async function run(operationId: string) {
  const sample = sampleOf(operationId)
  const isLogin = operationId.endsWith('.login')
  const own = named(sample, 'currentPassword', 'old_password') ?? password
  await service.makeUser({ username: 'caller', role: 'super_admin', password: own })
  const { access_token: token, refresh_token: refresh } = await service.login('caller', own)
  const isCreation = operationId.endsWith('.create')
  const person = isCreation
    ? undefined
    : await service.makeUser({
        username: (isLogin && named(sample, 'username', 'usernameOrEmail')) || 'moonuser',
        password: (isLogin && named(sample, 'password')) || password,
      })
  const program = sample
    .replace(/'[0-9A-HJKMNP-TV-Z]{26}'/, `'${person && toUlid(person.id)}'`)
    .replace(/'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'/, `'${person?.id}'`)
    .replace(/(refresh_?token: )'[^']*'/i, `$1'${refresh}'`)
  const said = await project.run(program, { ACCESS_TOKEN: token })
  const me = await service.call('GET', '/auth:me', { token })
  return { said, me, person }
}

type Run = Awaited<ReturnType<typeof run>>

/** What a sample says, or leaves behind. */
const outcomes: Readonly<Record<string, (run: Run) => unknown>> = {
  'Rpc.Auth.login': ({ said }) => expect(said).toMatch(/access_token: 'ey/),
  'Rpc.Auth.refresh': ({ said }) => expect(said).toMatch(/access_token: 'ey/),
  'Rpc.Auth.logout': ({ me }) => expect(me.status).toBe(401),
  'Rpc.Auth.me': ({ said }) => expect(said).toContain("username: 'caller'"),
  'Rpc.Auth.updateMe': ({ said }) => expect(said).toContain("email: 'newemail@example.com'"),
  'Rpc.Users.list': ({ said }) => expect(said).toContain("username: 'moonuser'"),
  'Rpc.Users.create': ({ said }) => expect(said).toContain("username: 'moonuser'"),
  'Rpc.Users.get': ({ said }) => expect(said).toContain("username: 'moonuser'"),
  'Rpc.Users.update': ({ said }) => expect(said).toContain("email: 'updateduser@example.com'"),
  'Rpc.Users.destroy': async ({ person }) => expect(await service.store.users.find(person?.id ?? '')).toBeUndefined(),
  'Rpc.Permissions.list': ({ said }) => expect(said).toContain("operation: 'Rpc.Users.destroy'"),
  'Rpc.Sessions.list': ({ said }) => expect(said).toContain('current: true'),
  'Rpc.Sessions.revoke': ({ me }) => expect(me.status).toBe(200),
  'Rpc.Sessions.listOfUser': ({ said }) => expect(said).toContain('[]'),
  'Rest.Permissions.list': ({ said }) => expect(said).toContain("operation: 'Rest.Users.delete'"),
  'Rest.Sessions.list': ({ said }) => expect(said).toContain('current: true'),
  // The session that is shown is nobody's.
  'Rest.Sessions.end': ({ said, me }) => expect([said, me.status]).toEqual(['', 200]),
  'Rest.Sessions.endAll': ({ me }) => expect(me.status).toBe(401),
  'Rest.Sessions.listOfUser': ({ said }) => expect(said).toContain('[]'),
  'Rest.Sessions.endOfUser': ({ said, me }) => expect([said, me.status]).toEqual(['', 200]),
  'Rest.Sessions.endAllOfUser': ({ said, me }) => expect([said, me.status]).toEqual(['', 200]),
  'Rpc.Audit.list': ({ said }) => expect(said).toBe(''),
  'Rest.Audit.list': ({ said }) => expect(said).toBe(''),
  'Rest.Auth.login': ({ said }) => expect(said).toMatch(/accessToken: 'ey/),
  'Rest.Auth.refresh': ({ said }) => expect(said).toMatch(/accessToken: 'ey/),
  'Rest.Auth.logout': ({ me }) => expect(me.status).toBe(401),
  'Rest.Auth.profile': ({ said }) => expect(said).toContain("username: 'caller'"),
  'Rest.Auth.updateProfile': ({ said }) => expect(said).toContain("fullName: '更新的姓名'"),
  'Rest.Auth.changePassword': async () =>
    expect((await service.login('caller', 'NewSecurePassword123#')).access_token).toMatch(/^ey/),
  'Rest.Users.list': ({ said }) => expect(said).toContain("username: 'moonuser'"),
  'Rest.Users.create': ({ said }) => expect(said).toContain("fullName: '新用户'"),
  'Rest.Users.stats': ({ said }) => expect(said).toContain('totalUsers: 2'),
  'Rest.Users.get': ({ said }) => expect(said).toContain("username: 'moonuser'"),
  'Rest.Users.update': ({ said }) => expect(said).toContain("fullName: '更新的姓名'"),
  'Rest.Users.resetPassword': async ({ person }) =>
    expect((await service.login(person?.username ?? '', 'NewSecurePassword123#')).access_token).toMatch(/^ey/),
  'Rest.Users.unlock': ({ said }) => expect(said).toContain("username: 'moonuser'"),
  'Rest.Users.delete': async ({ person }) => expect(await service.store.users.find(person?.id ?? '')).toBeUndefined(),
}

describe('the sample with the client', () => {
  it('is there for every operation, and each is carried out', () => {
    expect(ids.filter((id) => !sampleOf(id).includes('createJanus'))).toEqual([])
    expect(ids.toSorted()).toEqual(Object.keys(outcomes).toSorted())
  })

  it.each(ids)('of %s does what it says', async (operationId) => {
    await outcomes[operationId]?.(await run(operationId))
  })
})

describe('the first steps of the page of clients', () => {
  const page = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8')
  const [, snippet = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? []

  it.each([
    ['make a user where there is none', undefined, /made \w{26}/],
    ['say that there is one', 'moonuser', /moonuser\nthere already/],
  ])('%s', async (_, username, said) => {
    await service.makeUser({ username: 'admin', role: 'admin' })
    if (username) await service.makeUser({ username })
    const program = snippet.replace('http://127.0.0.1:6006', service.url)
    expect(await project.run(program, { JANUS_PASSWORD: password })).toMatch(said)
  })
})

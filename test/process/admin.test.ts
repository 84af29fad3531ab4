import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { putCluster } from '../support/cluster.ts'
import { freshDatabase, truncateAll } from '../support/database.ts'
import { password, type Service, startService } from '../support/service.ts'
import { cleanUp, makeFolder, start, urlOf } from './janus.ts'
import { runTool } from './tools.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let service: Service

beforeAll(async () => {
  home = await freshDatabase()
  service = await startService({ connection: home.connection })
})
afterAll(async () => {
  await service.close()
  await home.close()
})
beforeEach(() => truncateAll(service.knex))
afterEach(cleanUp)

const admin = (args: string[], input?: string) =>
  runTool('admin', { DATABASE_URL: urlOf(home.connection) }, args, input)
const login = (username: string, secret = password) =>
  service.call('POST', '/auth:login', { json: { username, password: secret } })

describe('npm run admin -- reset-password', () => {
  it('lets in an administrator who is locked out, until they change the password, and ends their sessions', async () => {
    const { user, token } = await service.as('super_admin', { username: 'root' })
    for (let failure = 0; failure < 5; failure++) await login('root', 'wrong')
    expect((await login('root')).status).toBe(429)

    const { code, stdout, stderr } = await admin(['reset-password', user.email.toUpperCase()])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^[\w-]{20}\n$/)
    expect(stderr).toBe(
      'The password of root is set, locks are cleared and sessions ended. It has to be changed at the next login.\n',
    )
    expect((await service.call('GET', '/auth:me', { token })).body.error_code).toBe('TOKEN_REVOKED')
    expect((await login('root')).status).toBe(401)
    const { body } = await login('root', stdout.trim())
    expect((await service.call('GET', '/users:list', { token: body.access_token })).body.error_code).toBe(
      'PASSWORD_CHANGE_REQUIRED',
    )
  })

  it('takes a password from standard input, if it is no weak one', async () => {
    await service.makeUser({ username: 'ada-lovelace', role: 'admin' })
    for (const [given, why] of [
      ['short', 'is too short'],
      ['password', 'is one of those'],
      ['ada-lovelace', 'must not be the username'],
    ])
      expect(await admin(['reset-password', 'ada-lovelace', '--stdin'], given)).toEqual({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining(`The password ${why}`),
      })
    expect((await login('ada-lovelace')).status).toBe(200)
    expect(await admin(['reset-password', 'ada-lovelace', '--stdin'], 'a much better phrase\n')).toMatchObject({
      code: 0,
      stdout: '',
    })
    expect((await login('ada-lovelace', 'a much better phrase')).status).toBe(200)
  })

  it('says so of one who still cannot log in, and of a name that nobody has', async () => {
    await service.makeUser({ username: 'ada', role: 'admin', status: 'suspended' })
    expect((await admin(['reset-password', 'ada'])).stderr).toMatch(
      /\nBut ada is suspended and cannot log in: see npm run admin -- promote\.\n$/,
    )
    expect(await admin(['reset-password', 'a\nda'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Nobody has the username or email "a\\nda".\n',
    })
  })
})

describe('npm run admin -- promote', () => {
  it.each([
    ['admin', []],
    ['super_admin', ['--role', 'super_admin']],
  ])('makes an active user %s', async (role, options) => {
    const { token, user } = await service.as('guest', { username: 'ada' })
    expect(await admin(['promote', 'ada', ...options])).toEqual({
      code: 0,
      stdout: `ada is ${role} now, and active.\n`,
      stderr: '',
    })
    expect((await service.call('GET', `/users/${user.id}`, { token })).body.data.role).toBe(role)
  })

  it('demotes nobody', async () => {
    const { user } = await service.as('super_admin', { username: 'root' })
    expect((await admin(['promote', 'root'])).stdout).toBe('root is super_admin already.\n')
    expect(await service.store.users.find(user.id)).toEqual({
      ...user,
      updatedAt: expect.any(Date),
      lastLoginAt: expect.any(Date),
    })
  })

  it('makes active only whom it is told to', async () => {
    const { id } = await service.makeUser({ username: 'ada', role: 'admin', status: 'suspended' })
    expect(await admin(['promote', 'ada'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ada is suspended, perhaps for a reason. Add --activate to make the account active too.\n',
    })
    expect((await service.store.users.find(id))?.status).toBe('suspended')
    expect((await admin(['promote', 'ada', '--activate'])).stdout).toBe('ada is admin now, and active.\n')
    expect((await login('ada')).status).toBe(200)
  })
})

describe('npm run admin', () => {
  it('lists the administrators, with their status and last login', async () => {
    await service.as('admin', { username: 'ada', email: 'ada@example.com' })
    await service.makeUser({ username: 'bob', email: 'bob@example.com', role: 'admin', status: 'banned' })
    await service.makeUser({ username: 'root', email: 'root@example.com', role: 'super_admin' })
    await service.makeUser({ username: 'carl', role: 'manager' })
    const { code, stdout } = await admin(['list'])
    expect(code).toBe(0)
    expect(stdout.replace(/\d{4}-\S+Z/, 'TIME')).toBe(
      'root  root@example.com  super_admin  active  last login never\n' +
        'ada  ada@example.com  admin  active  last login TIME\n' +
        'bob  bob@example.com  admin  banned  last login never\n',
    )
  })

  it.each([
    [],
    ['promote'],
    ['promote', 'ada', '--role', 'manager'],
    ['promote', 'ada', '--stdin'],
    ['reset-password', 'ada', '--activate'],
    ['list', '--verbose'],
  ])('says what to give it in place of %s %s %s %s', async (...args) => {
    const { code, stderr } = await admin(args)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^What is to be done\? npm run admin -- list .*\n$/)
  })

  it('says so when the database is away', async () => {
    const { code, stderr } = await runTool('admin', { DATABASE_URL: 'postgres://janus:hunter2@127.0.0.1:1/janus' }, [
      'list',
    ])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The database cannot be used: .*Check DATABASE_URL, and that the server runs\.\n$/)
  })

  it('works on the embedded database, while the service runs on it and while it does not', async () => {
    const dataDir = join(await makeFolder(), 'data')
    await putCluster(dataDir)
    const janus = await start({ DATA_DIR: dataDir, ADMIN_PASSWORD: password })
    await janus.url
    const reset = await runTool('admin', { DATA_DIR: dataDir }, ['reset-password', 'admin'])
    const json = { username: 'admin', password: reset.stdout.trim() }
    expect((await janus.call('POST', '/auth:login', { json })).status).toBe(200)
    expect(await janus.stop()).toEqual({ code: 0, signal: null })
    const { code, stdout } = await runTool('admin', { DATA_DIR: dataDir }, ['list'])
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^admin {2}admin@example\.com {2}admin {2}active /)])
  })
})

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { plainWalk } from '../../src/domain/users/positions.ts'
import { roles, statuses } from '../../src/domain/users/user.ts'
import { putCluster } from '../support/cluster.ts'
import { freshDatabase, open } from '../support/database.ts'
import { cleanUp, makeFolder, start, urlOf } from './janus.ts'

const tool = fileURLToPath(new URL('../../tools/seed.ts', import.meta.url))
const { PATH, NODE_COMPILE_CACHE = '' } = process.env

afterEach(cleanUp)

/** Runs the tool with this environment and nothing else of ours. */
async function seed(env: Record<string, string>, ...args: string[]) {
  const given = { PATH, NODE_COMPILE_CACHE, BCRYPT_COST: '10', ...env }
  const run = promisify(execFile)(process.execPath, [tool, ...args], { cwd: await makeFolder(), env: given })
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )
}

describe('npm run seed', () => {
  let home: Awaited<ReturnType<typeof freshDatabase>>
  let database: ReturnType<typeof open>
  beforeEach(async () => {
    home = await freshDatabase()
    database = open(home.connection)
  })
  afterEach(async () => {
    await database.close()
    await home.close()
  })

  it('makes users of every role and status, in many scripts, whom lists, searches, counters and logins know', async () => {
    const env = { DATABASE_URL: urlOf(home.connection) }
    const first = await seed(env, '300')
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(/^300 of 300 users, 100 %\n/)
    expect((await seed(env, '60')).code).toBe(0)

    const { knex, store } = database
    const rows = await knex('users').select('role', 'status', 'full_name', 'username', 'created_at')
    expect(rows).toHaveLength(360)
    expect(new Set(rows.map(({ role }) => role))).toEqual(new Set(roles))
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(statuses))
    for (const script of ['Latin', 'Han', 'Arabic', 'Cyrillic', 'Greek', 'Hangul', 'Devanagari'])
      expect(rows.some(({ full_name }) => new RegExp(`\\p{Script=${script}}`, 'u').test(full_name))).toBe(true)

    const counted = await store.users.countByRoleAndStatus()
    const present = rows.filter(({ status }) => status !== 'deleted')
    expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(present.length)
    for (const { role, status, count } of counted)
      expect(present.filter((row) => row.role === role && row.status === status)).toHaveLength(count)
    expect(await knex('users').whereNull('search_keys')).toEqual([])
    const { username, full_name } = present.find((row) => /\p{Script=Han}{2}/u.test(row.full_name))
    const found = await store.users.listAfter({ search: full_name.slice(0, 1), ...plainWalk(), limit: 360 })
    expect(found.map((user) => user.username)).toContain(username)
    const everybody = await store.users.listAfter({ ...plainWalk(), limit: 360 })
    const times = everybody.map(({ createdAt }) => createdAt.getTime())
    expect(times.slice(0, 200)).toEqual(times.slice(0, 200).toSorted((a, b) => a - b))

    const janus = await start(env)
    const [, password = '', name = ''] = /password "(.+)"; (\S+) is a super/.exec(first.stdout) ?? []
    const login = await janus.call('POST', '/auth:login', { json: { username: name, password } })
    expect(login.body.user).toMatchObject({ username: name, role: 'super_admin' })
    await janus.stop()
  })

  it.each([[''], ['many'], ['0'], ['1e3'], ['-5'], ['10', '20']])(
    'says what to give it in place of %s',
    async (...args) => {
      const { code, stderr } = await seed({ DATABASE_URL: urlOf(home.connection) }, ...args)
      expect(code).toBe(2)
      expect(stderr).toMatch(/^How many users\? npm run seed -- 1000 makes a thousand.*\n$/)
      expect(await database.knex('users')).toEqual([])
    },
  )

  it('says so when the database is away', async () => {
    const { code, stderr } = await seed({ DATABASE_URL: 'postgres://janus:hunter2@127.0.0.1:1/janus' }, '10')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The database cannot be used: .*Check DATABASE_URL, and that the server runs\.\n$/)
  })

  it('fills the embedded database, also while the service runs on it', async () => {
    const dataDir = join(await makeFolder(), 'data')
    await putCluster(dataDir)
    expect(await seed({ DATA_DIR: dataDir }, '20')).toMatchObject({ code: 0 })
    const janus = await start({ DATA_DIR: dataDir, ADMIN_PASSWORD: 'not needed' })
    await janus.url
    const { code, stdout } = await seed({ DATA_DIR: dataDir }, '20')
    expect(code).toBe(0)
    const [, password = '', username = ''] = /password "(.+)"; (\S+) is a super/.exec(stdout) ?? []
    const login = await janus.call('POST', '/auth:login', { json: { username, password } })
    const total = await janus.call('GET', '/users?limit=1', { token: login.body.access_token })
    expect(total.body.pagination.total).toBeGreaterThanOrEqual(30)
    expect(await janus.stop()).toEqual({ code: 0, signal: null })
  })
})

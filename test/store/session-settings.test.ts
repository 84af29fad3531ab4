import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ask } from '../process/janus.ts'
import { emptyDatabase, open } from '../support/database.ts'
import { type Service, startService } from '../support/service.ts'

/**
 * What the owner of a database, or a pooler's other client, may have set. Whatever it is, the
 * answers are the same.
 */
const settings = [
  ["DateStyle = 'German, DMY'", "TimeZone = 'Asia/Kathmandu'"],
  ["DateStyle = 'SQL, DMY'", "TimeZone = 'America/St_Johns'"],
  ["DateStyle = 'SQL, MDY'", "bytea_output = 'escape'", 'array_nulls = off'],
  ["DateStyle = 'Postgres, MDY'", "IntervalStyle = 'sql_standard'", 'extra_float_digits = -15'],
  ['standard_conforming_strings = off', 'backslash_quote = off', 'transform_null_equals = on'],
  ['search_path = own, public', "client_encoding = 'LATIN1'", 'quote_all_identifiers = on'],
  ["default_transaction_isolation = 'serializable'"],
  ["default_transaction_isolation = 'repeatable read'", 'default_transaction_deferrable = on'],
  ['plan_cache_mode = force_generic_plan', 'row_security = off', 'check_function_bodies = off'],
  ["idle_session_timeout = '300ms'"],
]

describe('a database with', () => {
  it.each(settings.map((together) => [together]))('%j serves as any other', async (together) => {
    const home = await emptyDatabase()
    const [{ name }] = await ask(home.connection, 'select current_database() as name')
    await ask(home.connection, 'create schema own')
    for (const setting of together) await ask(home.connection, `alter database ${name} set ${setting}`)
    // Two at once: one waits for the other, and has to see what it has done.
    const starters = [open(home.connection), open(home.connection)]
    await Promise.all(starters.map((starter) => starter.migrate()))
    await Promise.all(starters.map((starter) => starter.close()))
    const service = await startService({ connection: home.connection, loginAttempts: 3 })
    try {
      await live(service)
    } finally {
      await service.close()
      await home.close()
    }
  })
})

/** A short life, in both styles, held against the clock. */
async function live(service: Service): Promise<void> {
  const begun = Math.floor(service.clock.now().getTime() / 1000) * 1000
  const { token, refresh, user } = await service.as('admin', { fullName: 'Größe 李' })
  const recent = (time: string) => {
    expect(Date.parse(time)).toBeGreaterThanOrEqual(begun)
    expect(Date.parse(time)).toBeLessThanOrEqual(service.clock.now().getTime())
  }

  const draft = { username: 'newuser', email: 'newuser@example.com', password: 'Password123!', fullName: 'Ωμέγα ẞ' }
  const created = await service.call('POST', '/users', { token, json: draft })
  expect(created.status).toBe(201)
  recent(created.body.data.createdAt)
  const { id } = created.body.data

  // A fresh token is good, its predecessor within its grace too, and both come to the same.
  const refreshed = await Promise.all(
    [1, 2].map(() => service.call('POST', '/auth:refresh', { json: { refresh_token: refresh } })),
  )
  expect(refreshed.map(({ status }) => status)).toEqual([200, 200])
  expect(new Set(refreshed.map(({ body }) => body.refresh_token)).size).toBe(1)

  for (const search of ['ΩΜΈΓΑ', 'SS', 'newuser@', 'W']) {
    const query = encodeURIComponent(search)
    const listed = await service.call('GET', `/users?search=${query}&sortBy=createdAt&sortOrder=DESC`, { token })
    expect(listed.body.data.map((each: { username: string }) => each.username)).toContain('newuser')
    for (const { createdAt, updatedAt } of listed.body.data) [createdAt, updatedAt].map(recent)
    const walked = await service.call('GET', `/users:list?search=${query}`, { token })
    for (const { created_at } of walked.body.users) recent(created_at)
  }
  const stats = await service.call('GET', '/users/stats', { token })
  expect(stats.body.data).toMatchObject({ totalUsers: 2, activeUsers: 2 })

  const changed = await service.call('PATCH', `/users/${id}`, {
    token,
    json: { fullName: '李雷', status: 'suspended' },
  })
  recent(changed.body.data.updatedAt)
  expect((await service.call('GET', `/users/${id}`, { token })).body.data).toEqual(changed.body.data)

  // The lock opens when its window has ended, and says when that is.
  const guess = () => service.call('POST', '/auth:login', { json: { username: user.username, password: 'wrong' } })
  const guesses = await Promise.all([guess(), guess(), guess()])
  expect(guesses.map(({ status }) => status)).toEqual([401, 401, 401])
  const locked = await guess()
  expect(locked.status).toBe(429)
  expect(Number(locked.headers['retry-after'])).toBeGreaterThan(800)
  expect(Number(locked.headers['retry-after'])).toBeLessThanOrEqual(900)
  service.clock.advance(901)
  await delay(400)
  expect((await service.login(user.username)).access_token).toBeTruthy()

  // Bytes come back as they went: the same salt makes the same successor.
  const { store } = service
  for (let i = 0; i < 8; i++) {
    const [hash, successorSalt] = [randomBytes(32), randomBytes(16)]
    const at = service.clock.now()
    const sessionId = `01900000-0000-7000-8000-${`${i}`.padStart(12, '0')}`
    await store.sessions.insert({ id: sessionId, userId: user.id, createdAt: at, expiresAt: at })
    await store.sessions.insertRefreshToken({ hash, sessionId, step: 0, expiresAt: at })
    await store.sessions.useRefreshToken(hash, { usedAt: at, successorSalt, step: 1, expiresAt: at })
    const token = { hash, sessionId, step: 0, expiresAt: at, usedAt: at, successorSalt }
    expect(await store.sessions.findRefreshToken(hash)).toEqual(token)
  }
  expect((await service.call('DELETE', `/users/${id}`, { token: refreshed[0]?.body.access_token })).status).toBe(200)
}

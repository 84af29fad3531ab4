import { setTimeout as delay } from 'node:timers/promises'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { searchColumns } from '../../src/store/users/folding.ts'
import { fillSearch } from '../../src/store/users/search-filling.ts'
import { changeUser, newUser, open } from '../support/database.ts'
import { ownDatabase } from '../support/own-database.ts'

const { database, store, connection } = ownDatabase()

const never = new AbortController().signal

const count = async (search: string) => (await store.users.count({ search })).total

const unfilled = async () => Number((await database.knex('users').whereNull('search_grams').count('* as n').first())?.n)

/** As the version before it writes users: without the search columns. */
async function insertAsBefore(username: string, fullName: string): Promise<void> {
  const { id, email, role, status, canWrite, createdAt } = newUser()
  await database.knex('users').insert({
    ...{ id, username, email, full_name: fullName, role, status, can_write: canWrite },
    ...{ created_at: createdAt, updated_at: createdAt },
  })
}

/** How the version before searches. */
async function findAsBefore(search: string): Promise<string[]> {
  const { rows } = await database.knex.raw(
    `select username from users where users.deleted_at is null and users.search_text like search_fold(?)
       and search_grams(users.search_text) @> search_grams(search_fold(?)) order by username`,
    [`%${search}%`, search],
  )
  return rows.map(({ username }: { username: string }) => username)
}

async function expectFilled() {
  expect(await unfilled()).toBe(0)
  for (const row of await database.knex('users')) {
    const { search_text, search_grams } = searchColumns({ ...row, fullName: row.full_name })
    expect({ text: row.search_text, grams: row.search_grams.toSorted() }).toEqual({
      text: search_text,
      grams: search_grams.toSorted(),
    })
  }
}

describe('users that the version before writes', () => {
  it('are found as it finds them, and in any case once they are filled', async () => {
    const countEach = () => Promise.all(['GRÖße', 'GRÖSSE', '李', 'BEFORE', 'Öß'].map(count))
    await insertAsBefore('before', 'Größe 李')
    expect(await countEach()).toEqual([1, 0, 1, 1, 1])
    await fillSearch(database.knex, { done: false }, never)
    await expectFilled()
    expect(await countEach()).toEqual([1, 1, 1, 1, 1])
  })

  it('can go on being found by it', async () => {
    await insertAsBefore('before', '李雷')
    await store.users.insert(newUser({ username: 'now', fullName: '李雷' }))
    expect(await findAsBefore('李')).toEqual(['before', 'now'])
    await fillSearch(database.knex, { done: false }, never)
    expect(await findAsBefore('雷')).toEqual(['before', 'now'])
  })

  it.each([
    ['email', 'Neu@example.com', 'neu@'],
    ['full_name', 'ΟΔΟΣ', 'οδος'],
    ['username', 'Renamed', 'renamed'],
  ])('are found by a new %s at once', async (column, value, search) => {
    const { id } = await store.users.insert(newUser())
    await database
      .knex('users')
      .where({ id })
      .update({ [column]: value })
    expect([await count(search), await unfilled()]).toEqual([1, 1])
    await fillSearch(database.knex, { done: false }, never)
    expect(await count(search)).toBe(1)
    await expectFilled()
  })

  it('keep their search columns through anything else that it changes, and through what we change', async () => {
    const { id } = await store.users.insert(newUser({ fullName: 'Größe' }))
    await database.knex('users').where({ id }).update({ role: 'guest', last_login_at: new Date() })
    await changeUser(store, id, { fullName: 'ﬁn', updatedAt: new Date() })
    await changeUser(store, id, { email: 'neu@example.com', role: 'user', updatedAt: new Date() })
    await store.users.remove(id, new Date())
    await expectFilled()
  })

  it.each([
    ['in case alone', { fullName: 'Größe' }, { fullName: 'GRößE' }],
    ['to letters that fold alike', { fullName: 'ß' }, { fullName: 'SS' }],
    ['in the case of an email', { email: 'Some@example.com' }, { email: 'sOME@example.com' }],
  ])('keep them when we change a name %s', async (_, before, after) => {
    const { id } = await store.users.insert(newUser(before))
    const changed = await changeUser(store, id, { ...after, role: 'guest', updatedAt: new Date() })
    expect(changed).toMatchObject({ ...after, role: 'guest' })
    await expectFilled()
    for (const name of [...Object.values(before), ...Object.values(after)]) expect(await count(name)).toBe(1)
  })
})

describe('filling', () => {
  beforeEach(() =>
    database.knex.raw(`
      insert into users (id, username, email, full_name, role, status, can_write, created_at, updated_at)
      select gen_random_uuid(), 'old-' || n, 'old-' || n || '@example.com', 'Größe', 'user', 'active', true, now(), now()
      from generate_series(1, 350) n`),
  )

  it('is done once by several at once, and loses no change that is made meanwhile', async () => {
    const ids: string[] = await database.knex('users').pluck('id')
    let filled = 0
    const note = (n: number) => {
      filled += n
    }
    const change = async (id: string, n: number) => {
      await changeUser(store, id, { fullName: `ẞ ${n}`, updatedAt: new Date() })
      await database
        .knex('users')
        .where({ id })
        .update({ email: `changed-${n}@example.com` })
    }
    const filling = Promise.all(
      [1, 2, 3].map(() => fillSearch(database.knex, { done: false }, never, { onBatch: note })),
    )
    await Promise.all(ids.slice(0, 60).map(change))
    await filling
    await fillSearch(database.knex, { done: false }, never, { onBatch: note })
    await expectFilled()
    expect(await count('ss')).toBe(350)
    expect(await count('changed-')).toBe(60)
    expect(filled).toBeGreaterThanOrEqual(290)
    expect(filled).toBeLessThanOrEqual(470)
  })

  it('leaves a user that somebody holds to the next time, without waiting', async () => {
    const id = (await database.knex('users').first('id')).id
    await store.transaction(async (tx) => {
      await tx.users.lock(id)
      await fillSearch(database.knex, { done: false }, never)
      expect(await unfilled()).toBe(1)
    })
    await fillSearch(database.knex, { done: false }, never)
    await expectFilled()
  })

  it('stops when it is told to', async () => {
    const stopping = new AbortController()
    const filling = fillSearch(database.knex, { done: false }, stopping.signal, { onBatch: () => stopping.abort() })
    await expect(filling).rejects.toMatchObject({ name: 'AbortError' })
    expect(await unfilled()).toBe(250)
  })

  it('lets the index that served the others go when none has come for long, and not before', async () => {
    const index =
      'create index users_search_grams_before on users using gin (search_grams(search_text)) where deleted_at is null'
    await database.knex.raw(index)
    const there = async () =>
      (await database.knex.raw("select to_regclass('users_search_grams_before') is not null as there")).rows[0].there
    const filling = { done: false }
    const quietMs = 300
    const holder = await database.knex('users').first('id')
    await store.transaction(async (tx) => {
      await tx.users.lock(holder.id)
      await fillSearch(database.knex, filling, never, { quietMs: 0 })
      expect(await there()).toBe(true)
    })
    for (const late of ['late-1', 'late-2']) {
      await insertAsBefore(late, '')
      await fillSearch(database.knex, filling, never, { quietMs })
      expect([await unfilled(), await there(), filling.done]).toEqual([0, true, false])
      await delay(quietMs)
    }
    await fillSearch(database.knex, filling, never)
    expect(await there()).toBe(true)
    await fillSearch(database.knex, filling, never, { quietMs })
    expect([await there(), filling.done]).toEqual([false, true])
  })

  it('is kept up by a service, which tells of it, also of users that come later', async () => {
    const stopping = new AbortController()
    const log = { info: vi.fn(), warn: vi.fn() }
    const service = open(connection())
    const kept = service.keepUp(stopping.signal, log)
    while ((await unfilled()) > 0) await delay(20)
    await insertAsBefore('late', 'Größe')
    while ((await unfilled()) > 0) await delay(100)
    expect(await count('grösse')).toBe(351)
    stopping.abort()
    await kept
    await service.close()
    expect(log.info.mock.calls.flat()).toEqual([
      'users of the version before are being made ready for the search',
      '350 users of the version before are ready for the search',
    ])
    expect(log.warn).not.toHaveBeenCalled()
  })
})

import { setTimeout as delay } from 'node:timers/promises'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { User } from '../../src/domain/users/user.ts'
import { gramCount, gramsOf, searchText } from '../../src/store/users/folding.ts'
import { fillSearch, indexesBefore } from '../../src/store/users/search-filling.ts'
import { changeUser, newUser, open } from '../support/database.ts'
import { ownDatabase } from '../support/own-database.ts'

const { database, store, connection } = ownDatabase()

const never = new AbortController().signal

const count = async (search: string) => (await store.users.count({ search })).total

const unfilled = async () => Number((await database.knex('users').whereNull('search_keys').count('* as n').first())?.n)

/** As whoever knows nothing of the search columns writes users. */
async function insertWithout(username: string, fullName: string): Promise<string> {
  const { id, email, role, status, canWrite, createdAt } = newUser()
  await database.knex('users').insert({
    ...{ id, username, email, full_name: fullName, role, status, can_write: canWrite },
    ...{ created_at: createdAt, updated_at: createdAt },
  })
  return id
}

/** What the version before makes of names: two neighbouring characters, and single ones. */
function columnsBefore(row: { username: string; email: string; full_name: string }) {
  const search_text = searchText({ ...row, fullName: row.full_name })
  const characters = [...search_text]
  const pairs = characters.slice(1).map((character, at) => `${characters[at]}${character}`)
  const search_grams = [...new Set([...pairs, ...characters.filter((character) => !/^\p{ASCII}$/u.test(character))])]
  return { search_text, search_grams }
}

/** As the version before writes users: with the text, and its own grams. */
async function insertAsBefore(username: string, fullName: string): Promise<string> {
  const id = await insertWithout(username, fullName)
  const row = await database.knex('users').where({ id }).first()
  await database.knex('users').where({ id }).delete()
  const { search_keys, ...columns } = row
  await database.knex('users').insert({ ...columns, ...columnsBefore(row) })
  return id
}

/** As the version before gives a user another name. */
async function renameAsBefore(id: string, change: object): Promise<void> {
  await database.knex.transaction(async (tx) => {
    const row = await tx('users').where({ id }).forNoKeyUpdate().first()
    const columns = columnsBefore({ ...row, ...change })
    if (columns.search_text === row.search_text) await tx('users').where({ id }).update(change)
    await tx('users')
      .where({ id })
      .update({ ...change, ...columns })
  })
}

/** How the version before searches for two characters, or one outside ASCII. */
async function findAsBefore(search: string): Promise<string[]> {
  return database
    .knex('users')
    .whereRaw(
      '((search_grams @> ? and strpos(search_text, ?) > 0) or (search_grams is null and strpos(search_text, search_fold(?)) > 0))',
      [
        columnsBefore({ username: search, email: '', full_name: '' }).search_grams.filter(
          (gram) => !gram.includes('\n'),
        ),
        search,
        search,
      ],
    )
    .orderBy('username')
    .pluck('username')
}

async function expectFilled() {
  expect(await unfilled()).toBe(0)
  for (const row of await database.knex('users')) {
    const search_text = searchText({ ...row, fullName: row.full_name })
    const [first] = row.search_keys
    const grams = row.search_keys.map((key: number) => key % gramCount)
    expect(row.search_text).toBe(search_text)
    expect(grams.toSorted()).toEqual(gramsOf(search_text).toSorted())
    expect(new Set(row.search_keys.map((key: number) => Math.floor(key / gramCount)))).toEqual(
      new Set([Math.floor(first / gramCount)]),
    )
  }
}

describe('users that the version before writes', () => {
  const countEach = () => Promise.all(['GRÖßE', 'GRÖSSE', '李', 'BEFORE', 'Öß', 'ß'].map(count))

  it('are found at once, and once they are filled', async () => {
    await insertAsBefore('before', 'Größe 李')
    expect(await unfilled()).toBe(1)
    expect(await countEach()).toEqual([1, 1, 1, 1, 1, 1])
    await fillSearch(database.knex, { done: false }, never)
    await expectFilled()
    expect(await countEach()).toEqual([1, 1, 1, 1, 1, 1])
  })

  it('are found as the server folds, when nobody has made their search columns, until they are filled', async () => {
    await insertWithout('before', 'Größe 李')
    expect(await countEach()).toEqual([1, 0, 1, 1, 1, 1])
    await fillSearch(database.knex, { done: false }, never)
    await expectFilled()
    expect(await countEach()).toEqual([1, 1, 1, 1, 1, 1])
  })

  it('can go on being found by it', async () => {
    await insertAsBefore('before', '李雷')
    await store.users.insert(newUser({ username: 'now', fullName: '李雷' }))
    expect(await findAsBefore('李')).toEqual(['before', 'now'])
    await fillSearch(database.knex, { done: false }, never)
    expect(await findAsBefore('雷')).toEqual(['before', 'now'])
    const { user } = (await store.users.findCredentials('before')) as { user: User }
    await store.users.change(user, { fullName: '韩梅', updatedAt: new Date() })
    expect([await findAsBefore('雷'), await findAsBefore('梅')]).toEqual([['now'], ['before']])
  })

  it.each([
    ['email', 'Neu@example.com', 'neu@'],
    ['full_name', 'ΟΔΟΣ', 'οδος'],
    ['username', 'Renamed', 'renamed'],
  ])('are found by a new %s at once', async (column, value, search) => {
    for (const rename of [
      (id: string) => renameAsBefore(id, { [column]: value }),
      (id: string) =>
        database
          .knex('users')
          .where({ id })
          .update({ [column]: value }),
    ]) {
      const { id } = await store.users.insert(newUser({ fullName: 'Größe' }))
      await rename(id)
      expect([await count(search), await unfilled()]).toEqual([1, 1])
      await fillSearch(database.knex, { done: false }, never)
      expect(await count(search)).toBe(1)
      await expectFilled()
      await database.knex('users').delete()
    }
  })

  it('are found by a name that folds alike, which it writes twice', async () => {
    const { id } = await store.users.insert(newUser({ fullName: 'Größe' }))
    await renameAsBefore(id, { full_name: 'GRÖSSE' })
    expect(await count('größe')).toBe(1)
    await fillSearch(database.knex, { done: false }, never)
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

  it('lets the indexes that served the others go when none has come for long, and not before', async () => {
    await database.knex.raw('create index users_search_trigrams on users using gin (search_text gin_trgm_ops)')
    await database.knex.raw('create index users_search_unfilled on users (id) where search_grams is null')
    const left = async () => (await database.knex('pg_indexes').whereIn('indexname', indexesBefore)).length
    const filling = { done: false }
    const quietMs = 300
    const holder = await database.knex('users').first('id')
    await store.transaction(async (tx) => {
      await tx.users.lock(holder.id)
      await fillSearch(database.knex, filling, never, { quietMs: 0 })
      expect(await left()).toBe(2)
    })
    for (const late of ['late-1', 'late-2']) {
      await insertAsBefore(late, '')
      await fillSearch(database.knex, filling, never, { quietMs })
      expect([await unfilled(), await left(), filling.done]).toEqual([0, 2, false])
      await delay(quietMs)
    }
    await fillSearch(database.knex, filling, never)
    expect(await left()).toBe(2)
    await fillSearch(database.knex, filling, never, { quietMs })
    expect([await left(), filling.done]).toEqual([0, true])
  })

  it('keeps the indexes of the version before as long as the new one is not there', async () => {
    await fillSearch(database.knex, { done: false }, never, { quietMs: 0 })
    await database.knex.raw(`update pg_index set indisvalid = false where indexrelid = 'users_search'::regclass`)
    await database.knex.raw('create index users_search_trigrams on users using gin (search_text gin_trgm_ops)')
    const filling = { done: false }
    await fillSearch(database.knex, filling, never, { quietMs: 0 })
    expect(filling).toMatchObject({ done: false, isIndexed: false })
    expect(await database.knex('pg_indexes').where('indexname', 'users_search_trigrams')).toHaveLength(1)
    await database.knex.raw(`update pg_index set indisvalid = true where indexrelid = 'users_search'::regclass`)
    await database.knex.raw('drop index users_search_trigrams')
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

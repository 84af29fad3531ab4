import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { plainWalk } from '../../src/domain/users/positions.ts'
import type { NewUser, UserFilter } from '../../src/domain/users/store.ts'
import { changeUser, newUser } from '../support/database.ts'
import { ownDatabase } from '../support/own-database.ts'

const { database, store } = ownDatabase()

const insert = async (...users: Partial<NewUser>[]) => {
  for (const user of users) await store.users.insert(newUser(user))
}

async function found(search: string, filter: UserFilter = {}): Promise<string[]> {
  const page = { ...filter, search, sortBy: 'username', sortOrder: 'ASC', offset: 0, limit: 100 } as const
  const { total } = await store.users.count({ ...filter, search })
  const users = await store.users.list({ ...page, total })
  expect(users).toHaveLength(total)
  const walked = await store.users.listAfter({ ...filter, search, ...plainWalk(), limit: 100 })
  expect(walked.map((user) => user.id).sort()).toEqual(users.map((user) => user.id).sort())
  return users.map((user) => user.username)
}

describe.each(['while users are being filled', 'once all are filled'])('search %s', (when) => {
  beforeAll(async () => {
    if (when !== 'once all are filled') return
    const stopping = new AbortController()
    const kept = database.keepUp(stopping.signal, { info: () => {}, warn: () => {} })
    const asked = () => store.users.count({ search: 'qq' }).then(() => searches.at(-1) ?? '')
    const searches: string[] = []
    const stop = database.sql.observe((steps) => searches.push(...steps.map(({ text }) => text)))
    while ((await asked()).includes('union all')) await delay(20)
    stop()
    stopping.abort()
    await kept
  })

  beforeEach(() =>
    insert(
      { username: 'anna', email: 'a1@one.example', fullName: 'Émile ŻÓŁW' },
      { username: 'boris', email: 'b2@two.example', fullName: 'Жанна ΟΔΟΣΑ' },
      { username: 'c_100.x', email: 'c3@three.example', fullName: 'ＡＢＣ 100% \\ sure' },
      { username: 'dlx100', email: 'd4@four.example', fullName: '李雷 新用户' },
    ),
  )

  it.each([
    ['émile', ['anna']],
    ['ÉMILE', ['anna']],
    ['żółw', ['anna']],
    ['ŻÓ', ['anna']],
    ['жАННА', ['boris']],
    ['жа', ['boris']],
    ['Ж', ['boris']],
    ['οδος', ['boris']],
    ['ΟΔΟΣ', ['boris']],
    ['ａｂｃ', ['c_100.x']],
    ['Ｂ', ['c_100.x']],
    ['李', ['dlx100']],
    ['李雷', ['dlx100']],
    ['新用户', ['dlx100']],
    ['雷 新', ['dlx100']],
    ['新雷', []],
    ['emile', []],
  ])('finds "%s", whatever the script or the case', async (term, usernames) => {
    expect(await found(term)).toEqual(usernames)
  })

  it.each([
    ['ANN', ['anna']],
    ['nn', ['anna']],
    ['x', ['anna', 'boris', 'c_100.x', 'dlx100']],
    ['X1', ['dlx100']],
    ['W', ['anna', 'boris']],
    ['@two.EX', ['boris']],
    ['.ex', ['anna', 'boris', 'c_100.x', 'dlx100']],
    ['e.e', ['anna', 'c_100.x']],
    ['zzz', []],
    ['zz', []],
    ['~', []],
  ])('finds "%s" in any field, of one, two or more characters', async (term, usernames) => {
    expect(await found(term)).toEqual(usernames)
  })

  it.each([
    ['%', ['c_100.x']],
    ['_', ['c_100.x']],
    ['\\', ['c_100.x']],
    ['_100', ['c_100.x']],
    ['0%', ['c_100.x']],
    ['% \\ s', ['c_100.x']],
    ['%%', []],
    ['a%a', []],
    ['\\%', []],
    ['?', []],
    [':a', []],
    ["'", []],
  ])('takes "%s" for what it is', async (term, usernames) => {
    expect(await found(term)).toEqual(usernames)
  })

  it('never matches across two fields', async () => {
    expect(await found('annaa1@')).toEqual([])
    expect(await found('anna\na1@')).toEqual([])
    expect(await found('\n')).toEqual([])
    expect(await found('anna a1@')).toEqual([])
  })

  it('finds nothing by text that Postgres cannot hold', async () => {
    expect(await found('\ud83d')).toEqual([])
    expect(await found('an\0na')).toEqual([])
  })

  it('goes together with role and status, and finds the deleted only when asked to', async () => {
    await insert(
      { username: 'anna-2', role: 'guest' },
      { username: 'anna-3', status: 'banned' },
      { username: 'anna-4' },
    )
    const last = await store.users.findCredentials('anna-4')
    await store.users.remove(last?.user.id as string, new Date())
    expect(await found('anna')).toEqual(['anna', 'anna-2', 'anna-3'])
    expect(await found('anna', { role: 'guest' })).toEqual(['anna-2'])
    expect(await found('anna', { status: 'banned' })).toEqual(['anna-3'])
    expect(await found('an', { status: 'active', role: 'user' })).toEqual(['anna'])
    expect(await found('an', { status: 'deleted' })).toEqual(['anna-4'])
    expect(await found('an', { status: 'deleted', role: 'guest' })).toEqual([])
  })

  it('follows a change of name at once', async () => {
    const anna = await store.users.findCredentials('anna')
    await changeUser(store, anna?.user.id as string, { fullName: '韩梅梅', updatedAt: new Date() })
    expect(await found('émile')).toEqual([])
    expect(await found('梅梅')).toEqual(['anna'])
  })
})

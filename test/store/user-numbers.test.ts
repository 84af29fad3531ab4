import { describe, expect, it, vi } from 'vitest'
import { keepUp } from '../../src/store/upkeep.ts'
import { reconcileNumbers, segmentSize } from '../../src/store/users/search-segments.ts'
import { createUserSearches } from '../../src/store/users/user-searches.ts'
import { newUser } from '../support/database.ts'
import { ownDatabase } from '../support/own-database.ts'

const { database, store } = ownDatabase()

const set = (number: number) => database.knex.raw(`select setval('user_numbers', ?)`, [number])
const lastNumber = async () =>
  Number((await database.knex.raw('select last_value from user_numbers')).rows[0].last_value)
const searches = createUserSearches({ done: true, isIndexed: true })
const isFound = async (search: string) => (await database.sql.run(searches.count({ search }))).total > 0

describe('the numbers of users', () => {
  it('are right where there is nobody', async () => {
    expect(await reconcileNumbers(database.knex)).toBe(false)
  })

  it('that a restore has left behind hide no one from a search once the upkeep has begun', async () => {
    await set(3 * segmentSize + 5)
    const { username } = await store.users.insert(newUser({}))
    await database.knex.raw('alter sequence user_numbers restart')
    expect(await isFound(username)).toBe(false)

    const end = new AbortController()
    const warn = vi.fn()
    const upkeep = keepUp({
      patient: database.knex,
      filling: { done: true },
      signal: end.signal,
      log: { info: () => {}, warn },
    })
    await vi.waitFor(() =>
      expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^the numbers of users were behind/)),
    )
    end.abort()
    await upkeep

    expect(await isFound(username)).toBe(true)
    expect(await lastNumber()).toBe(3 * segmentSize)
  })

  it('that are right stay as they are', async () => {
    await set(4 * segmentSize + 6)
    await store.users.insert(newUser({}))
    expect(await reconcileNumbers(database.knex)).toBe(false)
    expect(await lastNumber()).toBe(4 * segmentSize + 7)
  })
})

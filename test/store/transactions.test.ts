import { describe, expect, it } from 'vitest'
import { newUser } from '../support/database.ts'
import { ownDatabase } from '../support/own-database.ts'

const { store } = ownDatabase()

const at = new Date('2026-03-04T05:06:07.891Z')

describe('lock', () => {
  const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms, 'waits'))

  /** Whether a second transaction gets its lock while the first still holds its own. */
  async function second(first: 'share' | 'update', then: 'share' | 'update') {
    const { id } = await store.users.insert(newUser())
    return store.transaction(async (tx) => {
      await tx.users.lock(id, first)
      const other = store.transaction(async (tx) => (await tx.users.lock(id, then)) && 'passes')
      const outcome = await Promise.race([other, soon(150)])
      return { outcome, settled: other }
    })
  }

  it.each([
    ['share', 'share', 'passes'],
    ['share', 'update', 'waits'],
    ['update', 'share', 'waits'],
    ['update', 'update', 'waits'],
  ] as const)('%s, then %s: the second %s', async (first, then, expected) => {
    const { outcome, settled } = await second(first, then)
    expect(outcome).toBe(expected)
    expect(await settled).toBe('passes')
  })

  it('gives the row as the one before has left it', async () => {
    const { id } = await store.users.insert(newUser())
    let waiting: Promise<unknown> | undefined
    await store.transaction(async (tx) => {
      await tx.users.lock(id, 'update')
      waiting = store.transaction((tx) => tx.users.lock(id, 'share'))
      await soon(50)
      await tx.users.remove(id, at)
    })
    expect(await waiting).toBeUndefined()
  })
})

describe('transaction', () => {
  it('undoes everything when the work throws, and throws the same', async () => {
    const failure = new Error('no')
    const user = newUser()
    const work = store.transaction(async (tx) => {
      await tx.users.insert(user)
      throw failure
    })
    await expect(work).rejects.toBe(failure)
    expect(await store.users.find(user.id)).toBeUndefined()
    expect(await store.users.count({})).toBe(0)
  })

  it('joins the one that is open', async () => {
    const users = [newUser(), newUser()] as const
    const work = store.transaction(async (tx) => {
      await tx.users.insert(users[0])
      await tx.transaction(async (inner) => {
        expect(inner).toBe(tx)
        await inner.users.insert(users[1])
      })
      throw new Error('no')
    })
    await expect(work).rejects.toThrow('no')
    expect(await store.users.count({})).toBe(0)
  })

  it('does not pretend to have written when a failure inside was passed over', async () => {
    const user = newUser()
    const work = store.transaction(async (tx) => {
      await tx.users.insert(user)
      await tx.users.insert(newUser({ username: user.username })).catch(() => {})
    })
    await expect(work).rejects.toMatchObject({ reason: 'username_taken' })
    expect(await store.users.find(user.id)).toBeUndefined()
  })
})

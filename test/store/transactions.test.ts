import { describe, expect, it } from 'vitest'
import { newUser } from '../support/database.ts'
import { ownDatabase } from '../support/own-database.ts'

const { store } = ownDatabase()

const at = new Date('2026-03-04T05:06:07.891Z')

describe('lock', () => {
  const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms, 'waits'))

  it('keeps a second transaction waiting until the first has ended', async () => {
    const { id } = await store.users.insert(newUser())
    let second: Promise<unknown> | undefined
    await store.transaction(async (tx) => {
      await tx.users.lock(id)
      second = store.transaction(async (tx) => (await tx.users.lock(id)) && 'passes')
      expect(await Promise.race([second, soon(150)])).toBe('waits')
    })
    expect(await second).toBe('passes')
  })

  it('lets sessions of the user begin meanwhile', async () => {
    const { id } = await store.users.insert(newUser())
    const session = { id: '01900000-0000-7000-8000-00000000abcd', userId: id, createdAt: at, expiresAt: at }
    await store.transaction(async (tx) => {
      await tx.users.lock(id)
      await store.sessions.insert(session)
    })
    expect((await store.sessions.find(session.id))?.session.userId).toBe(id)
  })

  it('gives the row as the one before has left it', async () => {
    const { id } = await store.users.insert(newUser())
    let waiting: Promise<unknown> | undefined
    await store.transaction(async (tx) => {
      await tx.users.lock(id)
      waiting = store.transaction((tx) => tx.users.lock(id))
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
    expect((await store.users.count({})).total).toBe(0)
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
    expect((await store.users.count({})).total).toBe(0)
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

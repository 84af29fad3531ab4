import { randomBytes, randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../src/domain/users/user.ts'
import { changeUser, newUser, open, truncateAll } from '../support/database.ts'
import { ownDatabase } from '../support/own-database.ts'

const { database, store, connection } = ownDatabase()
let user: User

beforeEach(async () => {
  user = await store.users.insert(newUser())
})

const createdAt = new Date('2026-05-01T10:00:00.123Z')
const later = (hours: number) => new Date(createdAt.getTime() + hours * 3_600_000)

async function begin(expiresAt = later(1)) {
  const id = randomUUID()
  const hash = randomBytes(32)
  await store.sessions.insert({ id, userId: user.id, createdAt, expiresAt })
  await store.sessions.insertRefreshToken({ hash, sessionId: id, step: 0, expiresAt })
  return { id, hash, expiresAt }
}

describe('a session', () => {
  it('is found together with its user', async () => {
    const { id } = await begin()
    const session = { id, userId: user.id, step: 0, confirmedStep: 0, createdAt, lastUsedAt: createdAt, wroteAt: null }
    expect(await store.sessions.find(id)).toEqual({ session, user, keyEpoch: await store.signingKeys.epoch() })
    expect(await store.transaction((tx) => tx.sessions.lock(id))).toEqual(session)
    expect(await store.sessions.find(randomUUID())).toBeUndefined()
    expect(await store.sessions.lock(randomUUID())).toBeUndefined()
  })

  it('is found with a user who may not use it, and not with one who is deleted', async () => {
    const { id } = await begin()
    const updatedAt = later(1)
    const suspended = await changeUser(store, user.id, { status: 'suspended', updatedAt })
    expect((await store.sessions.find(id))?.user).toEqual(suspended)
    await store.users.remove(user.id, updatedAt)
    expect(await store.sessions.find(id)).toBeUndefined()
  })

  it('moves on when its refresh token is used', async () => {
    const { id, hash, expiresAt } = await begin()
    const token = { hash, sessionId: id, step: 0, expiresAt, usedAt: null, successorSalt: null }
    expect(await store.sessions.findRefreshToken(hash)).toEqual(token)
    const use = { usedAt: later(0.5), successorSalt: randomBytes(16) }
    await store.sessions.useRefreshToken(hash, { ...use, step: 1, expiresAt: later(3) })
    expect(await store.sessions.findRefreshToken(hash)).toEqual({ ...token, ...use })
    expect((await store.sessions.find(id))?.session).toMatchObject({ step: 1, confirmedStep: 0 })
    await store.sessions.removeExpired(later(2))
    expect(await store.sessions.find(id)).toBeDefined()
  })

  it('forgets its refresh tokens that had expired when the next one is used', async () => {
    const { id, hash } = await begin()
    const next = randomBytes(32)
    await store.sessions.useRefreshToken(hash, {
      usedAt: later(0),
      successorSalt: randomBytes(16),
      step: 1,
      expiresAt: later(9),
    })
    await store.sessions.insertRefreshToken({ hash: next, sessionId: id, step: 1, expiresAt: later(9) })
    await store.sessions.useRefreshToken(next, {
      usedAt: later(5),
      successorSalt: randomBytes(16),
      step: 2,
      expiresAt: later(9),
    })
    expect(await store.sessions.findRefreshToken(hash)).toBeUndefined()
    expect(await store.sessions.findRefreshToken(next)).toBeDefined()
  })

  it('confirms steps upwards only', async () => {
    const { id } = await begin()
    for (const [step, confirmedStep] of [
      [2, 2],
      [1, 2],
      [3, 3],
    ] as const) {
      await store.sessions.confirm(id, step)
      expect((await store.sessions.find(id))?.session.confirmedStep).toBe(confirmedStep)
    }
  })

  it('takes its refresh tokens along when it ends', async () => {
    const [one, two, three] = [await begin(), await begin(later(9)), await begin()]
    await store.sessions.remove(one.id)
    expect(await store.sessions.findRefreshToken(one.hash)).toBeUndefined()
    await store.sessions.removeExpired(later(2))
    expect(await store.sessions.find(three.id)).toBeUndefined()
    expect(await store.sessions.find(two.id)).toBeDefined()
    await store.sessions.removeAllOf(user.id)
    expect(await store.sessions.findRefreshToken(two.hash)).toBeUndefined()
    expect(await database.knex('refresh_tokens')).toEqual([])
  })

  it('is left alone when another user of theirs ends all', async () => {
    const { id } = await begin()
    const other = await store.users.insert(newUser())
    await store.sessions.removeAllOf(other.id)
    expect(await store.sessions.find(id)).toBeDefined()
  })

  it('locks out others until the transaction ends', async () => {
    const { id } = await begin()
    const order: string[] = []
    let second: Promise<unknown> | undefined
    await store.transaction(async (tx) => {
      await tx.sessions.lock(id)
      second = store.transaction((tx) => tx.sessions.lock(id)).then(() => order.push('second'))
      await new Promise((resolve) => setTimeout(resolve, 100))
      order.push('first')
    })
    await second
    expect(order).toEqual(['first', 'second'])
  })
})

describe('signing keys', () => {
  const key = (kid: string, createdAt = later(0)) => ({
    kid,
    publicKey: `public ${kid}`,
    privateKey: `private ${kid}`,
    createdAt,
    signsFrom: createdAt,
    signsUntil: null,
  })

  it('are the same one for all of several first starters', async () => {
    await database.knex('signing_keys').delete()
    const starters = Array.from({ length: 6 }, () => open(connection()))
    await Promise.all(starters.map(({ store }, i) => store.signingKeys.insertFirst(key(`k${i}`))))
    const seen = await Promise.all(starters.map(({ store }) => store.signingKeys.list()))
    await Promise.all(starters.map((starter) => starter.close()))
    expect(seen[0]).toHaveLength(1)
    expect(seen[0]?.[0]).toEqual(key(seen[0]?.[0]?.kid as string))
    for (const keys of seen) expect(keys).toEqual(seen[0])
  })

  it('are listed newest first, and outlive a clearing between tests', async () => {
    await database.knex('signing_keys').delete()
    await store.signingKeys.insertFirst(key('old'))
    await store.signingKeys.insertFirst(key('ignored', later(1)))
    const row = { kid: 'new', public_key: 'p', private_key: 'q', created_at: later(2) }
    await database.knex('signing_keys').insert(row)
    await truncateAll(database.knex)
    expect((await store.signingKeys.list()).map(({ kid }) => kid)).toEqual(['new', 'old'])
  })
})

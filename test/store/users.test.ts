import { describe, expect, it } from 'vitest'
import { changeUser, newUser } from '../support/database.ts'
import { ownDatabase } from '../support/own-database.ts'

const { database, store } = ownDatabase()

const at = new Date('2026-03-04T05:06:07.891Z')

describe('one user', () => {
  it('comes back as it was put in, to the millisecond', async () => {
    const { passwordHash: _, ...user } = newUser({ fullName: '李雷 — Łukasz', createdAt: at, canWrite: false })
    const inserted = await store.users.insert({ ...user, passwordHash: 'hash' })
    expect(inserted).toEqual({ ...user, updatedAt: at, lastLoginAt: null })
    expect(await store.users.find(user.id)).toEqual(inserted)
    expect(await store.users.find(newUser().id)).toBeUndefined()
  })

  it('is found by username and by email, without regard to case, with the hash', async () => {
    const user = await store.users.insert(newUser({ username: 'Ada.L', email: 'Ada@Example.COM', passwordHash: 'h' }))
    for (const identifier of ['Ada.L', 'aDA.l', 'ada@example.com', 'ADA@EXAMPLE.COM']) {
      expect(await store.users.findCredentials(identifier)).toEqual({ user, passwordHash: 'h' })
    }
    expect(await store.users.findCredentialsById(user.id)).toEqual({ user, passwordHash: 'h' })
  })

  it('is not found by text that no user can have, however odd', async () => {
    await store.users.insert(newUser({ username: 'kelvin' }))
    for (const identifier of [
      'kelvi%',
      'kelvin\0',
      '\ud800',
      'K\u0000',
      '\u212aelvin',
      "'; --",
      '',
      'x'.repeat(254),
      '?',
    ]) {
      expect(await store.users.findCredentials(identifier)).toBeUndefined()
    }
  })

  it('changes what is named and leaves the rest', async () => {
    const user = await store.users.insert(newUser({ fullName: 'Before' }))
    const change = {
      email: 'other@example.com',
      role: 'manager',
      status: 'suspended',
      canWrite: false,
      updatedAt: at,
    } as const
    const changed = await changeUser(store, user.id, change)
    expect(changed).toEqual({ ...user, ...change })
    expect(await changeUser(store, user.id, { fullName: '', updatedAt: at })).toEqual({ ...changed, fullName: '' })
    expect(await store.users.find(user.id)).toEqual({ ...changed, fullName: '' })
  })

  it('tells its last login', async () => {
    const user = await store.users.insert(newUser())
    expect(await store.users.recordLogin(user.id, at)).toEqual({ ...user, lastLoginAt: at, updatedAt: at })
  })

  it('gets a new password hash, or a better one only in place of the one that was read', async () => {
    const user = await store.users.insert(newUser({ passwordHash: 'a' }))
    await store.users.replacePasswordHash(user.id, 'x', 'y')
    expect(await store.users.findCredentialsById(user.id)).toEqual({ user, passwordHash: 'a' })
    await store.users.replacePasswordHash(user.id, 'a', 'b')
    expect(await store.users.findCredentialsById(user.id)).toEqual({ user, passwordHash: 'b' })
    const changed = await store.users.changePassword(user.id, {
      passwordHash: 'c',
      mustChangePassword: false,
      updatedAt: at,
    })
    expect(await store.users.findCredentialsById(user.id)).toEqual({ user: changed, passwordHash: 'c' })
  })

  it('does not exist any more once it is removed', async () => {
    const { id, username } = await store.users.insert(newUser())
    await store.users.remove(id, at)
    expect(await store.users.find(id)).toBeUndefined()
    expect(await store.users.findCredentials(username)).toBeUndefined()
    expect(await store.users.findCredentialsById(id)).toBeUndefined()
    expect(await store.transaction((tx) => tx.users.lock(id))).toBeUndefined()
    for (const again of [
      () => changeUser(store, id, { updatedAt: at }),
      () => store.users.changePassword(id, { passwordHash: 'x', mustChangePassword: false, updatedAt: at }),
      () => store.users.recordLogin(id, at),
      () => store.users.remove(id, at),
    ]) {
      await expect(again()).rejects.toMatchObject({ reason: 'user_not_found' })
    }
    const row = await database.knex('users').where({ id }).first()
    expect(row).toMatchObject({ status: 'deleted', deleted_at: at, updated_at: at, password_hash: null })
  })
})

describe('uniqueness', () => {
  it('knows no case', async () => {
    await store.users.insert(newUser({ username: 'Same', email: 'Same@example.com' }))
    await expect(store.users.insert(newUser({ username: 'sAME' }))).rejects.toMatchObject({ reason: 'username_taken' })
    const other = await store.users.insert(newUser())
    const email = 'same@EXAMPLE.com'
    await expect(store.users.insert(newUser({ email }))).rejects.toMatchObject({ reason: 'email_taken' })
    await expect(changeUser(store, other.id, { email, updatedAt: at })).rejects.toMatchObject({
      reason: 'email_taken',
    })
    await changeUser(store, other.id, { email: other.email.toUpperCase(), updatedAt: at })
  })

  it('frees username and email on removal, as often as it happens', async () => {
    const names = { username: 'phoenix', email: 'phoenix@example.com' }
    for (let life = 0; life < 3; life++) {
      const { id } = await store.users.insert(newUser(names))
      await store.users.remove(id, at)
    }
    await store.users.insert(newUser(names))
    expect((await store.users.count({ status: 'deleted' })).total).toBe(3)
    expect((await store.users.count({})).total).toBe(1)
  })

  it('lets one of many racers have the name', async () => {
    const racers = Array.from({ length: 8 }, () => store.users.insert(newUser({ username: 'the-one' })))
    const ends = await Promise.allSettled(racers)
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1)
    for (const end of ends) if (end.status === 'rejected') expect(end.reason.reason).toBe('username_taken')
  })

  it('shows no value of the row in an error that passes', async () => {
    const bad = store.users.insert(newUser({ username: 'ab', passwordHash: 'very-secret-hash' }))
    const error = await bad.catch((error) => error)
    expect(error.constraint).toBe('users_username_length')
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain('very-secret-hash')
  })
})

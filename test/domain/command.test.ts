import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { assertStands } from '../../src/domain/caller.ts'
import { command, createExecute, first, type Step } from '../../src/domain/command.ts'
import { DomainError } from '../../src/domain/errors.ts'
import type { DomainEvent } from '../../src/domain/events.ts'
import type { StoreCall } from '../../src/domain/store-call.ts'
import type { User } from '../../src/domain/users/user.ts'
import { newUser } from '../support/database.ts'
import { at, callerOf, outcomeOf, row } from '../support/decisions.ts'
import { ownDatabase } from '../support/own-database.ts'

const { database, store } = ownDatabase()
let published: DomainEvent[]
let user: User

beforeEach(async () => {
  published = []
  user = await store.users.insert(newUser())
})

const now = () => at
const publish = (event: DomainEvent) => void published.push(event)
const { origin } = callerOf(row())
const created = { event: 'password_reset', userId: '01980e2c-6f00-7000-8000-0000000000aa' } as const
const renames = (name: string): StoreCall => ['users', 'change', user, { fullName: name, updatedAt: at }]

/** A command on the user that makes these writes. */
const writing = (writes: () => StoreCall[], end: { result: string } | { refusal: DomainError } = { result: 'done' }) =>
  command({
    by: origin,
    reads: { target: ['users', 'lock', user.id] },
    decide: (): Step<string> => ({ writes: writes(), events: [created], ...end }),
  })

describe('execute', () => {
  const execute = createExecute({ store, now, publish })

  it('makes the writes, gives the result, and publishes who, from where and when', async () => {
    expect(await execute(writing(() => [renames('one'), renames('two')]))).toBe('done')
    expect((await store.users.find(user.id))?.fullName).toBe('two')
    const { requestId, address, userAgent } = origin
    expect(published).toEqual([{ ...created, callerId: null, requestId, address, userAgent, at }])
  })

  it('publishes after the commit', async () => {
    const seen: Promise<string | undefined>[] = []
    const look = () => void seen.push(store.users.find(user.id).then((found) => found?.fullName))
    await createExecute({ store, now, publish: look })(writing(() => [renames('committed')]))
    expect(await Promise.all(seen)).toEqual(['committed'])
  })

  it('is not failed by a sink that throws', async () => {
    const execute = createExecute({
      store,
      now,
      publish: () => {
        throw new Error('the sink is full')
      },
    })
    expect(await execute(writing(() => [renames('written')]))).toBe('done')
  })

  it('writes and publishes nothing where a write fails', async () => {
    const failing = writing(() => [renames('lost'), ['users', 'insert', newUser({ username: user.username })]])
    await expect(execute(failing)).rejects.toMatchObject({ reason: 'username_taken' })
    expect((await store.users.find(user.id))?.fullName).toBe(user.fullName)
    expect(published).toEqual([])
  })

  it('writes and publishes nothing where the commit fails', async () => {
    await database.knex.raw(
      `create function fail() returns trigger language plpgsql as $$ begin raise exception 'late'; end $$;
       create constraint trigger late after update on users deferrable initially deferred for each row execute function fail()`,
    )
    await expect(execute(writing(() => [renames('lost')]))).rejects.toThrow('late')
    await database.knex.raw('drop function fail cascade')
    expect((await store.users.find(user.id))?.fullName).toBe(user.fullName)
    expect(published).toEqual([])
  })

  it('publishes nothing where the decision throws', async () => {
    const refusing = writing(() => {
      throw new DomainError('self_change')
    })
    await expect(execute(refusing)).rejects.toMatchObject({ reason: 'self_change' })
    expect(published).toEqual([])
  })

  it('commits, publishes, and then refuses where the decision has a refusal', async () => {
    const refusal = new DomainError('refresh_token_reused')
    await expect(execute(writing(() => [renames('kept')], { refusal }))).rejects.toBe(refusal)
    expect((await store.users.find(user.id))?.fullName).toBe('kept')
    expect(published).toHaveLength(1)
  })

  it('goes on with the answers of what is to be called first', async () => {
    const counting = command({
      by: origin,
      reads: {},
      decide: (): Step<number> =>
        first(['users', 'count', {}], ({ total }) =>
          first(['users', 'countOtherAdministrators', user.id], (others) => ({
            writes: [],
            events: [],
            result: total * 10 + others,
          })),
        ),
    })
    expect(await execute(counting)).toBe(10)
  })

  it('begins no transaction where nothing is read and one thing written, and one where there are more', async () => {
    const statements: string[] = []
    const stop = database.sql.observe((steps) => statements.push(...steps.map(({ text }) => text)))
    const unread = (writes: StoreCall[]) =>
      command({ by: origin, reads: {}, decide: (): Step<void> => ({ writes, events: [], result: undefined }) })
    await execute(unread([['sessions', 'remove', randomUUID()]]))
    expect(statements).toHaveLength(1)
    stop()
    const failing: StoreCall = ['users', 'insert', newUser({ username: user.username })]
    await expect(execute(unread([renames('lost'), failing]))).rejects.toMatchObject({ reason: 'username_taken' })
    expect((await store.users.find(user.id))?.fullName).toBe(user.fullName)
  })

  it('locks users in the order of their ids, each once, before it reads anything else', async () => {
    const other = await store.users.insert(newUser())
    const session = { id: randomUUID(), userId: user.id, createdAt: at, expiresAt: at }
    await store.sessions.insert(session)
    const caller = { ...callerOf(other), credential: { kind: 'session', id: session.id } as const }
    const calls: string[] = []
    const spy: typeof store = {
      ...store,
      transaction: (work) =>
        store.transaction((tx) => {
          const batch: typeof tx.batch = (asked) => {
            calls.push(...asked.map(([member, method, id]) => [member, method, id].join(' ')))
            return tx.batch(asked)
          }
          return work({ ...tx, batch })
        }),
    }
    const rows = await createExecute({ store: spy, now, publish })(
      command({
        by: caller,
        reads: { caller, again: ['users', 'lock', other.id], target: ['users', 'lock', user.id] },
        decide: (rows): Step<object> => ({ writes: [], events: [], result: rows }),
      }),
    )
    const locks = [user.id, other.id].sort().map((id) => `users lock ${id}`)
    expect(calls).toEqual([...locks, `sessions find ${session.id}`])
    expect(rows).toEqual({ caller: other, again: other, target: user })
  })
})

describe('assertStands', () => {
  const caller = { ...callerOf(row()), allowed: ['admin'] as const }
  it.each<[User | undefined, object | undefined, unknown]>([
    [row(), {}, row()],
    [undefined, {}, 'token_revoked'],
    [row({ status: 'suspended' }), {}, 'token_revoked'],
    [row(), undefined, 'token_revoked'],
    [row({ role: 'user' }), {}, 'role_required'],
    [row({ role: 'user' }), undefined, 'token_revoked'],
  ])('of %j with session %j', (found, session, expected) => {
    const decided = outcomeOf(() => ({ writes: [], events: [], result: assertStands(caller, found, session) }))
    expect(typeof decided === 'string' ? decided : 'result' in decided && decided.result).toEqual(expected)
  })
})

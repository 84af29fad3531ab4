import { afterEach, describe, expect, it } from 'vitest'
import { hashOf, isSignedBy, type Root } from '../../src/domain/audit/sealing.ts'
import { toRoot } from '../../src/store/audit/sealing.ts'
import { ownDatabase } from '../support/own-database.ts'
import { madeUp, sealerOf } from './support.ts'

const { database, store } = ownDatabase()

const seals = async () =>
  (await database.knex.raw('select number, event_id from audit_seals order by number')).rows as {
    number: string
    event_id: string
  }[]

async function roots(): Promise<Root[]> {
  const ms = (name: string) => `(extract(epoch from ${name}) * 1000)::bigint as ${name}`
  const { rows } = await database.knex.raw(
    `select last_number, count, late, merkle_root, previous, kid, signature, ${['earliest', 'latest', 'at'].map(ms)}
     from audit_roots order by last_number`,
  )
  return rows.map(toRoot)
}

const running: AbortController[] = []
afterEach(() => {
  for (const each of running.splice(0)) each.abort()
})

describe('the sealer', () => {
  it('numbers what is committed, without a gap, in chained and signed roots', async () => {
    const sealer = await sealerOf(store)
    const [one, two] = [madeUp(3), madeUp(1002)]
    await store.audit.insert(one)
    await sealer.seal()
    await store.audit.insert(two)
    await sealer.seal()
    await sealer.seal()

    const sealed = await seals()
    expect(sealed.map(({ number }) => Number(number))).toEqual(sealed.map((_, index) => index + 1))
    expect(sealed.map(({ event_id }) => event_id)).toEqual([...one, ...two].map(({ id }) => id))
    expect(await store.audit.isWaiting()).toBe(false)

    const [stored] = await store.auditKeys.list()
    const chain = await roots()
    expect(chain.map(({ lastNumber }) => lastNumber)).toEqual([3, 503, 1003, 1005])
    chain.forEach((root, at) => {
      expect(root.previous).toEqual(at === 0 ? Buffer.alloc(32) : hashOf(chain[at - 1] as Root))
      expect(isSignedBy(root, stored?.publicKey as string)).toBe(true)
    })
    expect(sealer.roots.map(({ root }) => root)).toEqual(chain.map((root) => hashOf(root).toString('hex')))
  })

  it('gives what commits later a later number, and makes no writer wait', async () => {
    const sealer = await sealerOf(store)
    const before = (await seals()).length
    const [early] = madeUp(1)
    const [late] = madeUp(1)
    if (!early || !late) throw new Error('none made')
    await store.transaction(async (tx) => {
      await tx.audit.insert([early])
      await store.audit.insert([late])
      await sealer.seal()
      expect(await store.audit.isWaiting()).toBe(false)
    })
    await sealer.seal()
    expect((await seals()).slice(before).map(({ event_id }) => event_id)).toEqual([late.id, early.id])
  })

  it('of several processes lets one at a time', async () => {
    const before = (await seals()).length
    const sealers = await Promise.all([1, 2, 3, 4].map(() => sealerOf(store)))
    await Promise.all([
      ...Array.from({ length: 30 }, () => store.audit.insert(madeUp(2))),
      ...sealers.flatMap(({ seal }) => [seal(), seal(), seal()]),
    ])
    await sealers[0]?.seal()
    const numbers = (await seals()).map(({ number }) => Number(number))
    expect(numbers).toHaveLength(before + 60)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  })

  it('seals a local write soon, that of another process within a second, and at the stop what is left', async () => {
    const sealer = await sealerOf(store)
    const stopping = new AbortController()
    running.push(stopping)
    const run = sealer.run(stopping.signal)
    const first = madeUp(1)
    await store.audit.insert(first)
    await expect.poll(async () => (await seals()).at(-1)?.event_id, { timeout: 5000 }).toBe(first[0]?.id)
    const second = madeUp(1)
    await store.audit.insert(second)
    sealer.wake()
    await expect.poll(async () => (await seals()).at(-1)?.event_id, { timeout: 5000 }).toBe(second[0]?.id)
    const last = madeUp(1)
    await store.audit.insert(last)
    stopping.abort()
    await run
    expect((await seals()).at(-1)?.event_id).toBe(last[0]?.id)
    expect(sealer.failures).toEqual([])
  })

  it('seals on where partitions cannot be made', async () => {
    const { store: plain } = database
    const broken = {
      ...plain,
      audit: { ...plain.audit, makePartitions: () => Promise.reject(new Error('no partition')) },
    }
    const sealer = await sealerOf(broken)
    await plain.audit.insert(madeUp(1))
    const stopping = new AbortController()
    const run = sealer.run(stopping.signal)
    await expect.poll(() => plain.audit.isWaiting()).toBe(false)
    stopping.abort()
    await run
    expect(sealer.failures).toEqual([new Error('no partition')])
  })

  it('passes over an event that is gone before it was sealed, and keeps its place', async () => {
    const sealer = await sealerOf(store)
    const before = (await seals()).length
    await database.knex.raw(`insert into audit_unsealed values ('01900000-0000-7000-8000-00000000dead', now())`)
    await store.audit.insert(madeUp(2))
    await sealer.seal()
    expect((await seals()).length).toBe(before + 2)
    expect(await store.audit.isWaiting()).toBe(true)
    await database.knex.raw('delete from audit_unsealed')
  })
})

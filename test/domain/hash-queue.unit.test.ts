import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createHashQueue, hashConcurrency } from '../../src/domain/passwords/hash-queue.ts'
import { createPasswords } from '../../src/domain/passwords/password.ts'
import { ClientGone } from '../../src/domain/waiter.ts'

const unavailable = expect.objectContaining({ reason: 'unavailable', facts: { retryAfter: 1 } })

/** A queue whose works take until `open`; `order` names those that were begun. */
function setUp(limits: { concurrency?: number; queue: number }) {
  const enqueue = createHashQueue({ concurrency: 1, ...limits })
  const order: string[] = []
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const work = (name: string, client: string, gone?: AbortSignal) => {
    const done = enqueue(
      async () => {
        order.push(name)
        await opened
      },
      { name: client, gone },
    )
    const told = { outcome: 'waits' }
    done.then(
      () => (told.outcome = 'done'),
      (error) => (told.outcome = error.reason ?? error.name),
    )
    return told
  }
  /** `count` works of one client, at once. */
  const flood = (client: string, count: number) =>
    Array.from({ length: count }, (_, n) => work(`${client} ${n}`, client))
  return { enqueue, order, open, work, flood }
}

/** Until nothing is left to be done. */
async function settle(): Promise<void> {
  for (let n = 0; n < 1000; n++) await turn()
}

const outcomes = (told: { outcome: string }[]) => told.map(({ outcome }) => outcome)

describe('the queue of hashes', () => {
  it('runs as many at once as it may, the rest in order, and refuses what is beyond', async () => {
    const enqueue = createHashQueue({ concurrency: 2, queue: 2 })
    const started: string[] = []
    const ends = new Map<string, () => void>()
    const work = (name: string) =>
      enqueue(() => {
        started.push(name)
        return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
      })

    const outcomes = ['a', 'b', 'c', 'd'].map(work)
    await expect(work('e')).rejects.toEqual(unavailable)
    expect(started).toEqual(['a', 'b'])

    ends.get('b')?.()
    await turn()
    expect(started).toEqual(['a', 'b', 'c'])
    outcomes.push(work('f'))
    ends.get('a')?.()
    await turn()
    expect(started).toEqual(['a', 'b', 'c', 'd'])
    ends.get('c')?.()
    ends.get('d')?.()
    await turn()
    ends.get('f')?.()
    expect(await Promise.all(outcomes)).toEqual(['a', 'b', 'c', 'd', 'f'])
  })

  it('lets clients take turns, users with a token among them', async () => {
    const { order, open, work } = setUp({ queue: 16 })
    for (const name of ['a', 'b', 'c', 'd']) work(name, 'flood')
    for (const name of ['g', 'h']) work(name, 'user:guest')
    for (const name of ['x', 'z']) work(name, 'one')
    work('y', 'another')
    open()
    await settle()
    expect(order).toEqual(['a', 'b', 'g', 'x', 'y', 'c', 'h', 'z', 'd'])
  })

  it('refuses the newest of whoever waits most, when it is full', async () => {
    const { order, open, work, flood } = setUp({ queue: 4 })
    const greedy = flood('greedy', 5)
    const [stranger, other] = [work('x', 'stranger'), work('y', 'other')]
    await turn()
    expect(outcomes(greedy)).toEqual(['waits', 'waits', 'waits', 'unavailable', 'unavailable'])
    // Now they wait two, one, one: the greedy one would be the one that waits most, and so would
    // whoever wants a second place.
    const [more, second] = [work('z', 'greedy'), work('z', 'stranger')]
    await turn()
    expect(outcomes([more, second])).toEqual(['unavailable', 'unavailable'])
    open()
    await settle()
    expect(outcomes([stranger, other])).toEqual(['done', 'done'])
    expect(order).toEqual(['greedy 0', 'greedy 1', 'x', 'y', 'greedy 2'])
  })

  it.each([2, 20])('serves everybody else while %i addresses flood it', async (attackers) => {
    const { open, work, flood, order } = setUp({ concurrency: 3, queue: 64 })
    const floods = Array.from({ length: attackers }, (_, n) => flood(`attacker ${n}`, 300 / attackers))
    const strangers = Array.from({ length: 40 }, (_, n) => work(`stranger ${n}`, `stranger ${n}`))
    const administrator = work('administrator', 'user:administrator')
    // The attackers do not give in.
    floods.push(...Array.from({ length: attackers }, (_, n) => flood(`attacker ${n}`, 300 / attackers)))
    open()
    await settle()
    expect(outcomes([...strangers, administrator])).toEqual(Array(41).fill('done'))
    expect(new Set(outcomes(floods.flat()))).toEqual(new Set(['done', 'unavailable']))
    expect(order.length).toBe(3 + 64)
  })

  it('leaves out who hung up, before or while waiting', async () => {
    const { order, open, work } = setUp({ queue: 3 })
    const [early, late] = [new AbortController(), new AbortController()]
    early.abort(new ClientGone())
    const first = work('a', 'one')
    const gone = [work('b', 'one', early.signal), work('c', 'one', late.signal), work('d', 'another', late.signal)]
    const waits = work('e', 'one')
    late.abort(new ClientGone())
    await turn()
    expect(outcomes(gone)).toEqual(['ClientGone', 'ClientGone', 'ClientGone'])
    // Their places are free.
    const next = [work('f', 'another'), work('g', 'third')]
    open()
    await settle()
    expect(outcomes([first, waits, ...next])).toEqual(['done', 'done', 'done', 'done'])
    expect(order).toEqual(['a', 'e', 'f', 'g'])
  })

  it('finishes what was begun although the client hangs up', async () => {
    const { open, work } = setUp({ queue: 1 })
    const leaving = new AbortController()
    const begun = work('a', 'one', leaving.signal)
    leaving.abort(new ClientGone())
    open()
    await settle()
    expect(begun.outcome).toBe('done')
  })

  it('goes on after a work that failed, at once or later', async () => {
    const enqueue = createHashQueue({ concurrency: 1, queue: 4 })
    const outcomes = await Promise.allSettled([
      enqueue(() => Promise.reject(new Error('later'))),
      enqueue(() => {
        throw new Error('at once')
      }),
      enqueue(async () => 'third'),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
    expect(await enqueue(async () => 'fourth')).toBe('fourth')
  })

  it('refuses a login under a flood, whether the user exists or not', async () => {
    const flooded = createPasswords({ cost: 8, queue: 0, concurrency: 1 })
    const first = flooded.verify('xq7#Lm2p', null)
    await expect(flooded.verify('xq7#Lm2p', null)).rejects.toEqual(unavailable)
    await expect(flooded.hash('xq7#Lm2p')).rejects.toEqual(unavailable)
    expect(await first).toBe(false)
  })

  it('leaves a thread of the pool to files and DNS', () => {
    expect([undefined, 1, 2, 4, 16].map((size) => hashConcurrency(size))).toEqual([3, 1, 1, 3, 15])
  })
})

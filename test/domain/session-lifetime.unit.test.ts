import { describe, expect, it } from 'vitest'
import { createSessionLifetime } from '../../src/domain/sessions/lifetime.ts'
import type { SessionUse } from '../../src/domain/sessions/store.ts'

const createdAt = new Date('2026-05-01T10:00:00Z')
const later = (seconds: number) => new Date(createdAt.getTime() + seconds * 1000)
const session = (id = 'one') => ({ id, createdAt, lastUsedAt: createdAt })

/** A lifetime whose saves are kept, and end when they are told to. */
function withSaves() {
  const saves: { uses: readonly SessionUse[]; end: (error?: Error) => void }[] = []
  const save = (uses: readonly SessionUse[]) =>
    new Promise<void>((resolve, reject) => {
      saves.push({ uses, end: (error) => (error ? reject(error) : resolve()) })
    })
  return { saves, lifetime: createSessionLifetime({ idleSeconds: 600, maxSeconds: 3600, save }) }
}

describe('a session', () => {
  const { lifetime } = withSaves()

  it.each([
    ['is idle to the second', 600, 601],
    ['is over to the second, however late its last use', 3600, 3601],
  ])('%s', (name, last, over) => {
    const used = name.includes('idle') ? session() : { ...session(), lastUsedAt: later(3599) }
    expect(lifetime.lives(used, later(last))).toBe(true)
    expect(lifetime.lives(used, later(over))).toBe(false)
  })

  it('made by a clock that is a little ahead lives, and no longer for a use from far ahead', () => {
    expect(lifetime.lives(session(), later(-30))).toBe(true)
    expect(lifetime.lives(session(), later(-31))).toBe(false)
    const ahead = { ...session(), lastUsedAt: later(1_000_000) }
    expect(lifetime.lives(ahead, later(3600))).toBe(true)
    expect(lifetime.lives(ahead, later(3601))).toBe(false)
  })
})

describe('a use', () => {
  it('is known at once, and noted again after a minute', async () => {
    const { lifetime, saves } = withSaves()
    lifetime.note(session(), later(59))
    expect(saves).toEqual([])
    lifetime.note(session(), later(60))
    lifetime.note(session(), later(119))
    expect(lifetime.lastUse(session())).toEqual(later(60))
    expect(saves.map(({ uses }) => uses)).toEqual([[{ id: 'one', at: later(60) }]])
  })

  it('is known while it is stored, and for who has read the row before', async () => {
    const { lifetime, saves } = withSaves()
    lifetime.note(session(), later(60))
    const stopped = lifetime.flush()
    expect(lifetime.lastUse(session())).toEqual(later(60))
    saves[0]?.end()
    await stopped
    expect(lifetime.lastUse(session())).toEqual(later(60))
    expect(saves).toHaveLength(1)
  })

  it('that came while others were saved is saved by the next, at the stop at the latest', async () => {
    const { lifetime, saves } = withSaves()
    lifetime.note(session(), later(60))
    lifetime.note(session(), later(120))
    lifetime.note(session('two'), later(121))
    expect(saves).toHaveLength(1)
    const stopped = lifetime.flush()
    saves[0]?.end()
    await expect.poll(() => saves.length).toBe(2)
    saves[1]?.end()
    await stopped
    expect(saves[1]?.uses).toEqual([
      { id: 'one', at: later(120) },
      { id: 'two', at: later(121) },
    ])
  })

  it('that could not be saved is kept for the next save', async () => {
    const { lifetime, saves } = withSaves()
    lifetime.note(session(), later(60))
    saves[0]?.end(new Error('the database is away'))
    await expect.poll(() => lifetime.lastUse(session())).toEqual(later(60))
    const stopped = lifetime.flush()
    await expect.poll(() => saves.length).toBe(2)
    saves[1]?.end()
    await stopped
    expect(saves[1]?.uses).toEqual([{ id: 'one', at: later(60) }])
  })

  it('is one of ten thousand at most, whose save is not waited for', async () => {
    const { lifetime, saves } = withSaves()
    const at = later(60)
    const many = (name: string, count: number) => {
      for (let n = 0; n < count; n++) lifetime.note(session(`${name} ${n}`), at)
    }
    many('first', 1)
    saves[0]?.end()
    await lifetime.flush()
    many('second', 9999)
    expect(saves).toHaveLength(1)
    many('third', 2)
    expect(saves).toHaveLength(2)
    many('fourth', 20_000)
    expect(saves).toHaveLength(2)
    expect(lifetime.lastUse(session('second 0'))).toEqual(createdAt)
    expect(lifetime.lastUse(session('fourth 19999'))).toEqual(at)
  })
})

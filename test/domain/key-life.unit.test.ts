import { describe, expect, it } from 'vitest'
import { afterRetirement, afterRotation, diesAt, living, signsAt } from '../../src/domain/sessions/key-life.ts'
import type { SigningKey } from '../../src/domain/sessions/store.ts'

const at = (seconds: number) => new Date(Date.UTC(2030, 0, 1) + seconds * 1000)
const times = { accessTokenTtl: 3600, refreshTokenTtl: 604_800 }
const key = (kid: string, from = 0, until: number | null = null): SigningKey => ({
  kid,
  publicKey: `public ${kid}`,
  privateKey: `private ${kid}`,
  createdAt: at(from),
  signsFrom: at(from),
  signsUntil: until === null ? null : at(until),
})
const plan = (keys: readonly SigningKey[]) =>
  keys.map(({ kid, signsFrom, signsUntil }) => [
    kid,
    (signsFrom.getTime() - at(0).getTime()) / 1000,
    signsUntil && (signsUntil.getTime() - at(0).getTime()) / 1000,
  ])

describe('a signing key', () => {
  it('signs until its successor does', () => {
    const old = key('old', 0, 100)
    expect([-1, 0, 99, 100].map((second) => signsAt(old, at(second)))).toEqual([false, true, true, false])
    expect(signsAt(key('new', 100), at(1e9))).toBe(true)
  })

  it('verifies until its last token ends no session any more, by clocks that differ', () => {
    expect(diesAt(key('old', 0, 100), times)).toBe(at(100 + 3600 + 604_800 + 30).getTime())
    expect(diesAt(key('new'), times)).toBe(Number.POSITIVE_INFINITY)
    const keys = [key('old', 0, 100), key('new', 100)]
    expect(living(keys, times, new Date(diesAt(keys[0] as SigningKey, times) - 1))).toEqual(keys)
    expect(living(keys, times, new Date(diesAt(keys[0] as SigningKey, times)))).toEqual([keys[1]])
  })
})

describe('a rotation', () => {
  it('lets the new key follow in ten minutes', () => {
    expect(plan(afterRotation([key('old')], key('new', 1000), at(1000)))).toEqual([
      ['old', 0, 1600],
      ['new', 1600, null],
    ])
  })

  it('lets it follow the one that waits, and changes nothing of what is over', () => {
    const keys = [key('older', 0, 10), key('old', 10, 1500), key('waits', 1500)]
    expect(plan(afterRotation(keys, key('new', 1000), at(1000)))).toEqual([
      ['older', 0, 10],
      ['old', 10, 1500],
      ['waits', 1500, 1600],
      ['new', 1600, null],
    ])
  })

  it('lets the first sign at once', () => {
    expect(plan(afterRotation([], key('first', 1000), at(1000)))).toEqual([['first', 1000, null]])
  })
})

describe('a retirement', () => {
  const old = key('old', 0, 100)
  const retire = (keys: SigningKey[], kid: string) => plan(afterRetirement(keys, kid, key('spare', 1000), at(1000)))

  it.each<[string, SigningKey[], string, unknown[]]>([
    ['of the only key has the spare one sign at once', [key('it')], 'it', [['spare', 1000, null]]],
    [
      'of the one that signs has no older one sign again',
      [old, key('it', 100)],
      'it',
      [
        ['old', 0, 100],
        ['spare', 1000, null],
      ],
    ],
    [
      'of the one that signs has the one that waits sign at once',
      [old, key('it', 100, 1300), key('waits', 1300), key('new', 1500)],
      'it',
      [
        ['old', 0, 100],
        ['waits', 1000, 1500],
        ['new', 1500, null],
      ],
    ],
    [
      'of the one that waits leaves the one that signs',
      [old, key('signs', 100, 1300), key('it', 1300)],
      'it',
      [
        ['old', 0, 100],
        ['signs', 100, null],
      ],
    ],
    [
      'of one between two closes the gap',
      [key('signs', 100, 1300), key('it', 1300, 1500), key('new', 1500)],
      'it',
      [
        ['signs', 100, 1500],
        ['new', 1500, null],
      ],
    ],
    ['of an old one changes nothing else', [old, key('signs', 100)], 'old', [['signs', 100, null]]],
  ])('%s', (_, keys, kid, expected) => {
    expect(retire(keys, kid)).toEqual(expected)
  })
})

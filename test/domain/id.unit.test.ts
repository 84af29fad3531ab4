import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createIds, createRandomPool, readId, toUlid } from '../../src/domain/id.ts'

const at = (millisecond: number) => () => new Date(millisecond)
const make = (newId: () => string, count: number) => Array.from({ length: count }, newId)
const isAscending = (ids: readonly string[]) => ids.every((id, index) => index === 0 || (ids[index - 1] ?? '') < id)

/** Any 128 bits in a UUID's clothes, the ends of the range first. */
const anyUuids = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ...Array.from({ length: 5_000 }, () =>
    randomBytes(16)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  ),
]

describe('a new id', () => {
  it('is a UUIDv7 in canonical lower case that tells its time', () => {
    const id = createIds({ now: at(1_645_557_742_000) })()
    expect(id).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('is greater than every one before it while the clock stands still', () => {
    expect(isAscending(make(createIds({ now: at(1_700_000_000_000) }), 50_000))).toBe(true)
  })

  it('is greater than every one before it when the clock leaps about', () => {
    const newId = createIds({ now: () => new Date(1_700_000_000_000 + Math.floor(Math.random() * 1_000) - 500) })
    expect(isAscending(make(newId, 50_000))).toBe(true)
  })

  it('borrows the next millisecond when its counter runs over', () => {
    const ids = make(createIds({ now: at(1_700_000_000_000), random: (size) => Buffer.alloc(size, 0xff) }), 3)
    expect(ids).toEqual([
      '018bcfe5-6800-7fff-bfff-ffffffffffff',
      '018bcfe5-6801-7fff-bfff-ffffffffffff',
      '018bcfe5-6802-7fff-bfff-ffffffffffff',
    ])
  })

  it('carries its counter over from the second group of bits to the first', () => {
    const seed = Buffer.from('00003fffffff', 'hex')
    const random = (size: number) => (size === 6 ? seed : Buffer.alloc(size))
    expect(make(createIds({ now: at(0), random }), 2)).toEqual([
      '00000000-0000-7000-bfff-ffff00000000',
      '00000000-0000-7001-8000-000000000000',
    ])
  })

  it('differs between two processes in the same millisecond', () => {
    const now = at(1_700_000_000_000)
    expect(createIds({ now })()).not.toBe(createIds({ now })())
  })
})

describe('the random tail of ids', () => {
  it('is another each time, over many refills of the pool', () => {
    const ids = make(createIds({ now: at(1_700_000_000_000) }), 20_000)
    // Of 20 000 random numbers of 32 bits, some 0.05 are expected to meet.
    expect(new Set(ids.map((id) => id.slice(-8))).size).toBeGreaterThan(19_990)
    expect(new Set(ids.map((id) => id.slice(-2))).size).toBe(256)
  })

  it('never has a byte of the pool that another had', () => {
    let fetched = 0
    const pool = createRandomPool((size) => Buffer.from(Array.from({ length: size }, () => fetched++ % 256)), 10)
    const given = [4, 4, 4, 6, 4, 12, 4].map((size) => [...pool(size)])
    expect(given).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [10, 11, 12, 13],
      [14, 15, 16, 17, 18, 19],
      [20, 21, 22, 23],
      [30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41],
      [42, 43, 44, 45],
    ])
  })
})

describe('the two spellings of an id', () => {
  it('agree with a known pair', () => {
    expect(toUlid('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toBe('01FWHE4YDGFK1SHH6W1G60EECF')
    expect(toUlid('ffffffff-ffff-ffff-ffff-ffffffffffff')).toBe('7ZZZZZZZZZZZZZZZZZZZZZZZZZ')
  })

  it('are read back to the same id, in any case', () => {
    for (const uuid of anyUuids) {
      const ulid = toUlid(uuid)
      expect(ulid).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
      const spellings = [uuid, uuid.toUpperCase(), ulid, ulid.toLowerCase()]
      expect(spellings.map(readId)).toEqual([uuid, uuid, uuid, uuid])
    }
  })

  it('sort alike', () => {
    const byUuid = anyUuids.toSorted().map(toUlid)
    expect(byUuid).toEqual(anyUuids.map(toUlid).toSorted())
  })
})

describe('reading an id', () => {
  it.each([
    ['nothing', ''],
    ['a word', 'stats'],
    ['a UUID without hyphens', '017f22e279b07cc398c4dc0c0c07398f'],
    ['a UUID in braces', '{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}'],
    ['a UUID as a URN', 'urn:uuid:017f22e2-79b0-7cc3-98c4-dc0c0c07398f'],
    ['a UUID with a line break behind', '017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n'],
    ['a UUID with a letter beyond f', '017f22e2-79b0-7cc3-98c4-dc0c0c07398g'],
    ['a ULID of more than 128 bits', '81FWHE4YDGFK1SHH6W1G60EECF'],
    ['a ULID of 25 characters', '01FWHE4YDGFK1SHH6W1G60EEC'],
    ['a ULID of 27 characters', '01FWHE4YDGFK1SHH6W1G60EECF0'],
    ['a ULID with I', '0IFWHE4YDGFK1SHH6W1G60EECF'],
    ['a ULID with l', '0lFWHE4YDGFK1SHH6W1G60EECF'],
    ['a ULID with O', 'O1FWHE4YDGFK1SHH6W1G60EECF'],
    ['a ULID with U', '01FWHE4YDGFK1SHH6W1G60EECU'],
    ['a ULID with a Kelvin sign for K', '01FWHE4YDGF\u212a1SHH6W1G60EECF'],
    ['a ULID with blanks around', ' 01FWHE4YDGFK1SHH6W1G60EECF '],
  ])('refuses %s', (_, text) => {
    expect(readId(text)).toBeUndefined()
  })
})

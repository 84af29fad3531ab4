import { describe, expect, it } from 'vitest'
import { plainWalk } from '../../src/domain/users/positions.ts'
import { fold, grams } from '../../src/store/users/folding.ts'
import { newUser } from '../support/database.ts'
import { ownDatabase } from '../support/own-database.ts'

const { store } = ownDatabase()

const codePoints = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))

/**
 * Every character with another case of it, as JavaScript knows them (SpecialCasing.txt included):
 * some three thousand pairs.
 */
const pairs = codePoints.flatMap((character) =>
  [...new Set([character.toLowerCase(), character.toUpperCase()])]
    .filter((other) => other !== character)
    .map((other) => ({ character, other })),
)

/**
 * The pairs that a search does not bring together. The capital of a dotless ı is I, whose small
 * letter has a dot elsewhere.
 */
const kept = [{ character: 'ı', other: 'I' }]

/** Eight at a time. */
async function eachOf<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values()
  const worker = async () => {
    for (const one of left) await work(one)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}

describe('folding', () => {
  it.each([
    ['Größe', 'GRÖSSE'],
    ['GRÖẞE', 'grösse'],
    ['ΖΑΪ́ΡΗΣ', 'ζαΐρης'],
    ['ΟΔΥΣΣΕΥΣ', 'Ὀδυσσεύς'.normalize('NFD').replace(/\p{M}/gu, '')],
    ['J̌', 'ǰ'],
    ['ﬁn', 'FIN'],
    ['ſtraße', 'STRASSE'],
    ['İstanbul', 'i̇stanbul'],
    ['ᾳ', 'ΑΙ'],
    ['Ꭰ', 'ꭰ'],
    ['Ა', 'ა'],
    ['Ω', 'ω'],
    ['և', 'ԵՒ'],
  ])('makes "%s" and "%s" the same', (one, other) => expect(fold(one)).toBe(fold(other)))

  it.each([
    ['ı', 'i'],
    ['é', 'e'],
    ['ａ', 'a'],
    ['²', '2'],
  ])('does not make "%s" and "%s" the same', (one, other) => expect(fold(one)).not.toBe(fold(other)))

  it('is NFC, done once, whatever the form of what it is given', () => {
    for (const character of codePoints) {
      const folded = fold(character)
      if (folded === character) continue
      expect([
        fold(folded),
        fold(character.normalize('NFC')),
        fold(character.normalize('NFD')),
        folded.normalize('NFC'),
      ]).toEqual([folded, folded, folded, folded])
    }
  })

  it('leaves neighbours and single characters outside ASCII, each once', () => {
    expect(grams(fold('AbAb李'))).toEqual(['ab', 'ba', 'b李', '李'])
    expect(grams('a')).toEqual([])
    expect(grams('')).toEqual([])
  })
})

describe('a search', () => {
  it('finds each character by each other case of it, but for those listed here', async () => {
    const characters = [...new Set(pairs.map(({ character }) => character))]
    const ids = new Map<string, string>()
    await eachOf(characters, async (fullName) => {
      ids.set(fullName, (await store.users.insert(newUser({ fullName }))).id)
    })
    const missed: typeof pairs = []
    await eachOf(pairs, async ({ character, other }) => {
      const users = await store.users.listAfter({ search: other, ...plainWalk(), limit: 5000 })
      if (!users.some(({ id }) => id === ids.get(character))) missed.push({ character, other })
    })
    expect(pairs.length).toBeGreaterThan(3000)
    expect(missed).toEqual(kept)
  }, 300_000)
})

import { describe, expect, it } from 'vitest'
import { plainWalk } from '../../src/domain/users/positions.ts'
import { fold, gramCount, gramsOf, gramsOfTerm } from '../../src/store/users/folding.ts'
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
})

describe('grams', () => {
  it('are of one, two and three characters that stand together in a field, each once', () => {
    const [a, b, li, ab, ba, bLi, aba, bab, abLi] = ['a', 'b', '李', 'ab', 'ba', 'b李', 'aba', 'bab', 'ab李'].map(
      (term) => gramsOfTerm(term)[0],
    )
    expect(gramsOf('abab李').toSorted()).toEqual([a, b, li, ab, ba, bLi, aba, bab, abLi].toSorted())
    expect(gramsOf('a\nb')).toEqual([a, b])
    expect(gramsOf('')).toEqual([])
  })

  it('of a term are some of those that each text with it has, from all over it', () => {
    const text = `${fold('Grüße aus 𝔘𝔫𝔦, 李雷 and many more than eight')}\nx`
    const characters = [...(text.split('\n')[0] as string)]
    const grams = new Set(gramsOf(text))
    for (let start = 0; start < characters.length; start++)
      for (let end = start + 1; end <= characters.length; end++) {
        const ofTerm = gramsOfTerm(characters.slice(start, end).join(''))
        expect(ofTerm.length).toBeGreaterThan(0)
        expect(ofTerm.length).toBeLessThanOrEqual(8)
        expect(ofTerm.filter((gram) => !grams.has(gram))).toEqual([])
      }
    const [first, last] = [gramsOfTerm('abc')[0], gramsOfTerm('xyz')[0]]
    expect(gramsOfTerm(`abc${'·-'.repeat(40)}xyz`)).toEqual(expect.arrayContaining([first, last]))
  })

  it('are the same numbers for ever: databases keep them', () => {
    expect(gramsOf('aλ李\n~')).toEqual([711291, 129522, 117341, 47590, 676246, 1048159, 685209])
    expect(gramsOf(codePoints.join('')).filter((gram) => gram < 0 || gram >= gramCount)).toEqual([])
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

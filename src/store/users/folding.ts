/** Whether every character is of ASCII. */
export const isAscii = (text: string): boolean => /^\p{ASCII}*$/u.test(text)

/** What a search sees of a user; no other place makes these columns. */
export interface SearchColumns {
  readonly search_text: string
  /** The grams of the text, each with the segment that the user belongs to. */
  readonly search_keys: number[]
}

/**
 * The search columns of a user with these names, which belongs to the segment of this number (see
 * `search-segments.ts`).
 */
export function searchColumns(names: Names, segment: number): SearchColumns {
  const search_text = searchText(names)
  return { search_text, search_keys: gramsOf(search_text).map((gram) => segment * gramCount + gram) }
}

export interface Names {
  readonly username: string
  readonly email: string
  readonly fullName: string
}

/** The names, folded, kept apart by line feeds, which none of them can hold. */
export const searchText = ({ username, email, fullName }: Names): string => fold(`${username}\n${email}\n${fullName}`)

/**
 * The text without regard to case: Unicode's full case folding (CaseFolding.txt, C and F) between
 * two normalisations, as in canonical caseless matching (Unicode Standard, 3.13, D145), but
 * composed (NFC) at the end. Idempotent.
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase()
  return Array.from(text.normalize('NFD'), foldCharacter).join('').normalize('NFC')
}

/** One code point; most that are met have been met before. */
function foldCharacter(character: string): string {
  const known = foldedCharacters.get(character)
  if (known !== undefined) return known
  const folded = foldedAnew(character)
  if (foldedCharacters.size < foldedCharactersMax) foldedCharacters.set(character, folded)
  return folded
}

const foldedCharacters = new Map<string, string>()
const foldedCharactersMax = 4096

/**
 * One code point, so that a sigma folds alike wherever it stands in a word. By way of the upper
 * case, which writes ß and ﬁ out and brings the variants of a letter together. Where Unicode folds
 * to a capital (Cherokee) this folds to the small letter: the pairs are the same. The dotless ı is
 * no i: its own capital is a Turkish I.
 */
function foldedAnew(character: string): string {
  if (character === 'ı') return character
  return Array.from(character.toLowerCase().toUpperCase(), (upper) => upper.toLowerCase()).join('')
}

/** How many different grams there are. */
export const gramCount = 2 ** 20

/** Every one, two and three characters that stand together in a field, each once: about 120. */
export function gramsOf(folded: string): number[] {
  const grams = new Set<number>()
  let [before, last] = [0, 0]
  for (const character of folded) {
    const code = character === '\n' ? 0 : (character.codePointAt(0) as number)
    if (code) {
      grams.add(gramOf(code))
      if (last) grams.add(gramOf(last, code))
      if (last && before) grams.add(gramOf(before, last, code))
    }
    before = last
    last = code
  }
  return [...grams]
}

/**
 * The grams that a text has if it has this term, as long as they can be; of a long term some, from
 * all over it: more find no fewer.
 */
export function gramsOfTerm(folded: string): number[] {
  const codes = Array.from(folded, (character) => character.codePointAt(0) as number)
  const length = Math.min(codes.length, 3)
  const starts = codes.length - length
  const most = Math.min(starts, gramsOfTermMax - 1)
  const grams = Array.from({ length: most + 1 }, (_, n) => {
    const start = most && Math.round((n * starts) / most)
    return gramOf(...(codes.slice(start, start + length) as [number]))
  })
  return [...new Set(grams)]
}

const gramsOfTermMax = 8

/**
 * A number for a gram, of which some have the same: what is found by it is held against the text.
 * Texts would make the index three times as slow. Kept in databases, so it never changes.
 */
function gramOf(first: number, second = 0, third = 0): number {
  let hash = step(0x811c9dc5, first)
  if (second) hash = step(hash, second)
  if (third) hash = step(hash, third)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0) % gramCount
}

const step = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193) ^ (code << 15)

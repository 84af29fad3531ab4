/** Whether every character is of ASCII. */
export const isAscii = (text: string): boolean => /^\p{ASCII}*$/u.test(text)

/**
 * What a search sees of a user: the columns `search_text` and `search_grams`, and no other place
 * makes them.
 */
export interface SearchColumns {
  readonly search_text: string
  readonly search_grams: string[]
}

/**
 * The search columns of a user with these names; the fields are kept apart by line feeds, which
 * none of them can hold.
 */
export function searchColumns(user: { username: string; email: string; fullName: string }): SearchColumns {
  const text = fold(`${user.username}\n${user.email}\n${user.fullName}`)
  return { search_text: text, search_grams: grams(text) }
}

/**
 * The text without regard to case: Unicode's full case folding (CaseFolding.txt, C and F) between
 * two normalisations, as in canonical caseless matching (Unicode Standard, 3.13, D145), but
 * composed (NFC) at the end. Idempotent.
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase()
  return Array.from(text.normalize('NFD'), foldCharacter).join('').normalize('NFC')
}

/**
 * One code point, so that a sigma folds alike wherever it stands in a word. By way of the upper
 * case, which writes ß and ﬁ out and brings the variants of a letter together. Where Unicode folds
 * to a capital (Cherokee) this folds to the small letter: the pairs are the same. The dotless ı is
 * no i: its own capital is a Turkish I.
 */
function foldCharacter(character: string): string {
  if (character === 'ı') return character
  return Array.from(character.toLowerCase().toUpperCase(), (upper) => upper.toLowerCase()).join('')
}

/**
 * What a search of one or two characters goes by: every two neighbouring characters, and single
 * ones outside ASCII (a Chinese surname is one character), each once.
 */
export function grams(folded: string): string[] {
  const characters = [...folded]
  const pairs = characters.slice(1).map((character, index) => `${characters[index]}${character}`)
  return [...new Set([...pairs, ...characters.filter((character) => !isAscii(character))])]
}

/**
 * Whether a full name shows nothing although it is not empty: blanks, format characters, fillers,
 * marks without a letter. Unicode calls most of them `Default_Ignorable_Code_Point`; the braille
 * blank and the null notehead are symbols that look like nothing. Joiners inside a name are no
 * matter.
 */
export function isInvisible(fullName: string): boolean {
  return normalFullName(fullName) !== '' && !/[^\p{White_Space}\p{DI}\p{Cf}\p{M}\u2800\u{1D159}]/u.test(fullName)
}

/** A full name as it is stored: trimmed, NFC. */
export function normalFullName(fullName: string): string {
  return fullName.trim().normalize('NFC')
}

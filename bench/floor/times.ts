/** '2026-11-26 12:00:00.12+00' in whole seconds (RFC 3339). */
export const presentTime = (text: string): string => `${text.slice(0, 10)}T${text.slice(11, 19)}Z`

/** The same in milliseconds: the database leaves zeros at the end away. */
export const exactTime = (text: string): string =>
  `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0')}Z`

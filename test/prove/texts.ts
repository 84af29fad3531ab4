import type { Name, PasswordRef } from './commands.ts'

const usernames = 'lovelace turing-alan Hopper.Grace ada_byron Dijkstra knuth.donald liskov-b hamilton_m curry.haskell'
const emails = 'countess.ada@example.com enigma1912@Mail.test.org grace-hopper@example.com note_g_42@mail.test.org'
/** What the numbers in commands stand for. */
export const texts = {
  usernames: [...usernames.split(' '), 'ritchie.d', 'lamport_l', 'kay-alan'],
  emails: [...emails.split(' '), ...Array.from({ length: 7 }, (_, n) => `Someone.${n}x@example.com`)],
  // Blanks at the ends, and a decomposed letter: stored trimmed and composed.
  fullNames: ['', 'Ada Lovelace', '月亮 一号', '  Grace Hopper ', 'Zoe\u0308 A\u030angstro\u0308m'],
  searches: ['a', 'LOVE', '.com', '_', '%', '月', '一号', 'mail.test', ' Grace ', 'zo\u00eb', 'nobody at all', '\\'],
  passwords: ['correct horse battery', 'staple and 月亮', 'Password123!'],
}

export const textOf = (list: readonly string[], n: number): string => list[n % list.length] as string

export function nameOf(list: readonly string[], { n, upper }: Name): string {
  const text = textOf(list, n)
  return upper ? text.toUpperCase() : text
}

export function passwordOf(ref: PasswordRef, username: string): string {
  if (ref === 'short') return 'seven77'
  if (ref === 'common') return 'password1'
  if (ref === 'identity') return username.toUpperCase()
  return textOf(texts.passwords, ref)
}

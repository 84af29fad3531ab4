import { readFileSync } from 'node:fs'

/**
 * Reads the list of common passwords beside this file, whose head says where it is from and how to
 * make it again, and gives a test for it: the whole password, without regard to case (NIST SP
 * 800-63B-4, 3.1.1.2; OWASP ASVS 5.0, 6.2.4).
 */
export function loadCommonPasswords(): (password: string) => boolean {
  const file = readFileSync(new URL('common-passwords.txt', import.meta.url), 'utf8')
    // A checkout with CRLF would otherwise make every password uncommon.
    .replaceAll('\r\n', '\n')
  // One string of 170 kB instead of a Set of over a megabyte; the scan is nothing beside the hash
  // that follows it.
  const entries = file.slice(file.indexOf('\n\n') + 1)

  return function isCommon(password) {
    // A password may hold a line break, and would then match across two neighbours.
    return !password.includes('\n') && entries.includes(`\n${password.normalize('NFC').toLowerCase()}\n`)
  }
}

import { createHmac } from 'node:crypto'
import bcrypt from 'bcrypt'
import { DomainError, type PasswordWeakness } from '../errors.ts'
import { loadCommonPasswords } from './common-passwords.ts'
import { createDearestCost } from './hash-cost.ts'
import { createHashQueue, type HashClient, hashConcurrency } from './hash-queue.ts'

export interface PasswordSettings {
  /** bcrypt's: 2^cost rounds; 4 to 15. */
  readonly cost: number
  /** Hashes that may wait for a free thread; one more is refused. */
  readonly queue: number
  /** Hashes at once; left out: what the default libuv pool bears. */
  readonly concurrency?: number
  /**
   * Reads the highest cost of a stored hash; undefined when there is none. Left out: none is dearer
   * than `cost`.
   */
  readonly storedCost?: () => Promise<number | undefined>
}

/** Words that the owner's password must not be, since they are what an attacker tries first. */
export interface PasswordOwner {
  readonly username?: string
  readonly email?: string
}

export interface Passwords {
  /**
   * Judges a password that is to be set: 8 to 128 characters (code points of its NFC), no
   * composition rules, not common, not the owner's username, email or the local part of it (NIST SP
   * 800-63B-4, 3.1.1.2; OWASP ASVS 5.0, 6.2). Throws DomainError `weak_password`.
   */
  check(password: string, owner: PasswordOwner): void
  /** Length and well-formedness alone. Throws DomainError `weak_password`. */
  checkLength(password: string): void
  /**
   * `client` is whom it is done for, in turn with the others; left out, the service itself. Throws
   * DomainError `unavailable` when too many hashes wait, `weak_password` for text that could never
   * be verified, ClientGone when the client hung up before its turn.
   */
  hash(password: string, client?: HashClient): Promise<string>
  /**
   * Whether the password is the one of `hash`; null stands for a user who does not exist, or must
   * not log in. A false takes the work of the dearest hash that is stored whatever the cause, so
   * that its time does not tell who exists (OWASP ASVS 5.0, 6.3.8); a true takes that of its own
   * hash. Throws DomainError `unavailable` when too many hashes wait, ClientGone when the client
   * hung up before its turn.
   */
  verify(password: string, hash: string | null, client?: HashClient): Promise<boolean>
  /**
   * Whether the hash is of another scheme or cost than new ones, and to be replaced when its owner
   * next logs in.
   */
  isOutdated(hash: string): boolean
}

/** Throws RangeError when `cost` is none that `verify` would accept again. */
export function createPasswords({
  cost,
  queue,
  concurrency = hashConcurrency(),
  storedCost = async () => undefined,
}: PasswordSettings): Passwords {
  if (!Number.isInteger(cost) || cost < minCost || cost > maxCost) {
    throw new RangeError(`the bcrypt cost must be a whole number from ${minCost} to ${maxCost}, not ${cost}`)
  }
  const isCommon = loadCommonPasswords()
  const enqueue = createHashQueue({ concurrency, queue })
  const dearestCost = createDearestCost({ cost, read: storedCost })

  function check(password: string, { username, email }: PasswordOwner): void {
    checkLength(password)
    if (isCommon(password)) throw weak('common')
    const folded = fold(password)
    const names = [username, email, email?.replace(/@[^@]*$/, '')]
    if (names.some((name) => name && fold(name) === folded)) throw weak('contains_identity')
  }

  async function hash(password: string, client?: HashClient): Promise<string> {
    if (!password.isWellFormed()) throw weak('not_unicode')
    if (password.length > maxVerifiableLength) throw weak('too_long')
    return scheme + (await enqueue(() => bcrypt.hash(prehash(password), cost), client))
  }

  async function verify(password: string, stored: string | null, client?: HashClient): Promise<boolean> {
    const parsed = stored === null ? undefined : parse(stored)
    // For nobody's hash as well: putting a long text into NFC takes a time that can be told.
    const input = parsed ? bcryptInput(password, parsed) : void prehash(password)
    const most = await dearestCost(parsed?.cost)
    return enqueue(async () => {
      if (parsed === undefined || input === undefined) {
        await spend(most)
        return false
      }
      const matches = await bcrypt.compare(input, parsed.bcrypt)
      // 2^c + (2^c + 2^(c+1) + … + 2^(most-1)) = 2^most: a cheaper hash would otherwise tell by its
      // speed that its user exists.
      if (!matches) for (let spent = parsed.cost; spent < most; spent++) await spend(spent)
      return matches
    }, client)
  }

  function isOutdated(stored: string): boolean {
    const parsed = parse(stored)
    return !parsed?.prehashed || parsed.cost !== cost
  }

  return { check, checkLength, hash, verify, isOutdated }
}

const minLength = 8
const maxLength = 128
/**
 * UTF-16 units; what a login may carry (a hash of another system may be of a longer password than
 * is accepted here).
 */
const maxVerifiableLength = 1024

const minCost = 4
/**
 * One hash at 15 takes seconds; at 31, which a planted or imported hash may ask for, it would hold
 * a thread for days.
 */
const maxCost = 15

/** In front of the `$2b$…` of bcrypt: what was done to the password before. */
const scheme = 'bcrypt-hmac-sha384'
const storedHash = /^(bcrypt-hmac-sha384)?\$2[aby](\$(\d\d)\$[./A-Za-z0-9]{53})$/

interface ParsedHash {
  readonly prehashed: boolean
  readonly cost: number
  readonly bcrypt: string
}

function checkLength(password: string): void {
  // Two different lone surrogates both become U+FFFD in UTF-8: two passwords with one hash.
  if (!password.isWellFormed()) throw weak('not_unicode')
  const { length } = [...password.normalize('NFC')]
  if (length < minLength) throw weak('too_short')
  if (length > maxLength) throw weak('too_long')
}

function weak(weakness: PasswordWeakness): DomainError {
  return new DomainError('weak_password', { weakness })
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

function parse(stored: string): ParsedHash | undefined {
  const [, prehashed, rest, digits] = storedHash.exec(stored) ?? []
  const cost = Number(digits)
  if (!(cost >= minCost && cost <= maxCost)) return undefined
  // npm's bcrypt answers false to `$2y$`, the PHP spelling of the same algorithm. `$2a$` too is the
  // same up to 72 bytes.
  return { prehashed: prehashed !== undefined, cost, bcrypt: `$2b${rest}` }
}

/**
 * What bcrypt was given for this password under the scheme of the hash; undefined when no password
 * like it has a hash.
 */
function bcryptInput(password: string, { prehashed }: ParsedHash): string | undefined {
  if (!password.isWellFormed() || password.length > maxVerifiableLength) return undefined
  if (prehashed) return prehash(password)
  // Plain bcrypt looks at 72 bytes, so that anything might follow, and repeats a short password
  // with a NUL between, so that `secret` and `secret\0secret` have the same hashes.
  return Buffer.byteLength(password) > 72 || password.includes('\0') ? undefined : password
}

/**
 * 64 characters of base64 for any password: below bcrypt's 72 bytes, and without a NUL (OWASP
 * Password Storage Cheat Sheet, "Pre-Hashing Passwords with bcrypt"). Keyed by a label of our own,
 * so that fast SHA-384 hashes leaked elsewhere cannot be tried here in place of passwords
 * ("password shucking"); it is no secret.
 */
function prehash(password: string): string {
  return createHmac('sha384', 'janus-users password 1').update(password.normalize('NFC'), 'utf8').digest('base64')
}

/** Does the work of one comparison at this cost. */
async function spend(cost: number): Promise<void> {
  await bcrypt.compare('', `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`)
}

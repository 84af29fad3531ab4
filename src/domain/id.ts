import { randomBytes } from 'node:crypto'
import { DomainError } from './errors.ts'

export interface IdSources {
  readonly now: () => Date
  /** `size` unpredictable bytes. */
  readonly random?: (size: number) => Buffer
}

/**
 * Gives a maker of UUIDv7s (RFC 9562), canonical lower case. Each is greater than all before it in
 * this process, also when the clock stands still or goes back: a counter of 42 bits (section 6.2,
 * method 1) fills `rand_a` and the head of `rand_b`, starts at random in every new millisecond, and
 * when it runs over, borrows the next millisecond from the future.
 */
export function createIds({ now, random = randomBytes }: IdSources): () => string {
  let millisecond = -1
  let counter = 0

  return function newId() {
    const clock = now().getTime()
    if (clock > millisecond) {
      millisecond = clock
      counter = randomCounter(random)
    } else if (counter === maxCounter) {
      millisecond += 1
      counter = randomCounter(random)
    } else {
      counter += 1
    }
    return format(millisecond, counter, random(4))
  }
}

/**
 * Another spelling of a UUID: the same 128 bits as 26 characters of upper-case Crockford base32, in
 * the same order.
 */
export function toUlid(uuid: string): string {
  // Both alphabets begin with the digits and ascend, so a digit of one is the digit of the other at
  // the same place.
  const base32 = BigInt(`0x${uuid.replaceAll('-', '')}`)
    .toString(32)
    .padStart(26, '0')
  return base32.replace(/[a-v]/g, (digit) => crockford.charAt(Number.parseInt(digit, 32)))
}

/**
 * Reads an id in either spelling, in any case, as a canonical UUID; undefined when it is neither. A
 * UUID of any version is an id (the nil UUID is a place to start a list from). Crockford's
 * look-alikes (I L O U) are refused, not repaired.
 */
export function readId(text: string): string | undefined {
  if (uuidPattern.test(text)) return text.toLowerCase()
  if (!ulidPattern.test(text)) return undefined
  let value = 0n
  for (const digit of text.toUpperCase()) value = value * 32n + BigInt(crockford.indexOf(digit))
  return hyphenate(value.toString(16).padStart(32, '0'))
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** The first digit ends at 7: 26 digits hold 130 bits, two more than an id has. */
const ulidPattern = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/i

const maxCounter = 2 ** 42 - 1

function randomCounter(random: (size: number) => Buffer): number {
  return random(6).readUIntBE(0, 6) % (maxCounter + 1)
}

/**
 * 48 bits of time, version 7, 12 bits of counter, variant 10, 30 bits of counter, 32 bits of
 * randomness.
 */
function format(millisecond: number, counter: number, tail: Buffer): string {
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(millisecond, 0, 6)
  bytes.writeUInt16BE(0x7000 + Math.floor(counter / 2 ** 30), 6)
  bytes.writeUInt32BE(0x80000000 + (counter % 2 ** 30), 8)
  tail.copy(bytes, 12)
  return hyphenate(bytes.toString('hex'))
}

function hyphenate(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/**
 * Reads the id of a user.
 *
 * @throws DomainError `user_not_found` for text that is no id: it names nobody
 */
export function requireId(text: string): string {
  const id = readId(text)
  if (id === undefined) throw new DomainError('user_not_found')
  return id
}

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
export function createIds({ now, random = createRandomPool() }: IdSources): () => string {
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
  const hex = uuid.replaceAll('-', '')
  // 8 bits are two characters, of which the first has no more than 3.
  let ulid = base32Pairs[Number.parseInt(hex.slice(0, 2), 16)] as string
  for (let at = 2; at < 32; at += 5) {
    const bits = Number.parseInt(hex.slice(at, at + 5), 16)
    ulid += (base32Pairs[bits >> 10] as string) + base32Pairs[bits & 1023]
  }
  return ulid
}

/**
 * Reads an id in either spelling, in any case, as a canonical UUID; undefined when it is neither. A
 * UUID of any version is an id (the nil UUID is a place to start a list from). Crockford's
 * look-alikes (I L O U) are refused, not repaired.
 */
export function readId(text: string): string | undefined {
  if (uuidPattern.test(text)) return text.toLowerCase()
  if (!ulidPattern.test(text)) return undefined
  const ulid = text.toUpperCase()
  let hex = toHex(readBase32(ulid.slice(0, 2)), 2)
  for (let at = 2; at < 26; at += 4) hex += toHex(readBase32(ulid.slice(at, at + 4)), 5)
  return hyphenate(hex)
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** Every two characters of base32, by the 10 bits that they are. */
const base32Pairs = Array.from(crockford).flatMap((first) => Array.from(crockford, (second) => first + second))

function readBase32(text: string): number {
  let value = 0
  for (const digit of text) value = value * 32 + crockford.indexOf(digit)
  return value
}

function toHex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

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
  const high = toHex(0x7000 + Math.floor(counter / 2 ** 30), 4)
  const low = toHex(0x80000000 + (counter % 2 ** 30), 8)
  return hyphenate(toHex(millisecond, 12) + high + low + toHex(tail.readUInt32BE(), 8))
}

/**
 * Unpredictable bytes, fetched many at once: each call of the system costs as much as all else of
 * an id. None is given out twice.
 *
 * @param random `size` bytes
 * @param size bytes that are fetched at once
 */
export function createRandomPool(random = randomBytes, size = 4096): (size: number) => Buffer {
  let pool = Buffer.alloc(0)
  let used = 0
  return (wanted) => {
    if (used + wanted > pool.length) {
      pool = random(Math.max(size, wanted))
      used = 0
    }
    used += wanted
    return pool.subarray(used - wanted, used)
  }
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

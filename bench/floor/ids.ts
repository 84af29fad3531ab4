import { randomBytes } from 'node:crypto'

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const values = new Int8Array(128).fill(-1)
for (const [value, digit] of [...crockford].entries())
  for (const code of [digit.charCodeAt(0), digit.toLowerCase().charCodeAt(0)]) values[code] = value

/** The 26 digits of a UUID as a ULID; 30 bits at a time, which are six digits. */
export function toUlid(uuid: string): string {
  const hex = uuid.replaceAll('-', '')
  // 128 bits: 8, then four times 30.
  let text = digits(Number.parseInt(hex.slice(0, 2), 16), 2)
  const high = Number.parseInt(hex.slice(2, 10), 16)
  const next = Number.parseInt(hex.slice(10, 18), 16)
  const third = Number.parseInt(hex.slice(18, 26), 16)
  const low = Number.parseInt(hex.slice(26, 32), 16)
  text += digits(Math.floor(high / 4), 6)
  text += digits((high % 4) * 2 ** 28 + Math.floor(next / 16), 6)
  text += digits((next % 16) * 2 ** 26 + Math.floor(third / 64), 6)
  return text + digits((third % 64) * 2 ** 24 + low, 6)
}

function digits(value: number, count: number): string {
  let text = ''
  for (let n = 0; n < count; n++) {
    text = crockford.charAt(value & 31) + text
    value >>>= 5
  }
  return text
}

/** A UUID from either spelling; the schemas have looked at it already. */
export function toUuid(id: string): string {
  if (id.length === 36) return id.toLowerCase()
  let value = 0n
  for (const digit of id) value = (value << 5n) | BigInt(values[digit.charCodeAt(0)] as number)
  return hyphenate(value.toString(16).padStart(32, '0'))
}

/** A UUIDv7 (RFC 9562). */
export function newId(): string {
  const hex = Date.now().toString(16).padStart(12, '0') + randomBytes(10).toString('hex')
  return hyphenate(`${hex.slice(0, 12)}7${hex.slice(13, 16)}${'89ab'.charAt(Date.now() & 3)}${hex.slice(17)}`)
}

const hyphenate = (hex: string) =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`

/** `$NAME` in the model's texts -> what the service has given for it; an id has both spellings. */
export type Names = Map<string, string>

/**
 * Puts the values in; like a shell, `${L3,,}` is in lower case and `${U3^^}` in upper. A name
 * without a value stays.
 */
export function fill(names: Names, text: string): string {
  return text.replace(/\$(?:\{([A-Z]+\d*)(,,|\^\^)\}|([A-Z]+[0-9_]*))/g, (whole, folded, fold, plain) => {
    const value = names.get(folded ?? plain)
    if (value === undefined) return whole
    return fold === ',,' ? value.toLowerCase() : fold === '^^' ? value.toUpperCase() : value
  })
}

/** Gives a name its value; for an id, both of its names: `U3` and `L3` of a user, `S3` and `T3` of a session. */
export function rename(names: Names, name: string, value: string): void {
  names.set(name, value)
  if (name.startsWith('S')) names.set(`T${name.slice(1)}`, toUlid(value))
  if (name.startsWith('U')) names.set(`L${name.slice(1)}`, toUlid(value))
  if (name.startsWith('L')) names.set(`U${name.slice(1)}`, toUuid(value))
}

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** 128 bits, five at a time from the right. */
function toUlid(uuid: string): string {
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`)
  let text = ''
  for (let at = 0; at < 26; at++) {
    text = digits.charAt(Number(bits % 32n)) + text
    bits /= 32n
  }
  return text
}

function toUuid(ulid: string): string {
  const bits = [...ulid].reduce((all, digit) => all * 32n + BigInt(digits.indexOf(digit)), 0n)
  return bits
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** What a token says, as far as it was asked. */
export function claimsOf(token: string | undefined, asked: Readonly<Record<string, unknown>> = {}) {
  if (token === undefined) return undefined
  const said = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return Object.fromEntries(Object.keys(asked).map((name) => [name, said[name]]))
}

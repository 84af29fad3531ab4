const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * A UUID as the ULID with the same 128 bits: the id that the RPC style shows for a user.
 *
 * @throws TypeError for what is no UUID
 */
export function toUlid(uuid: string): string {
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(uuid)) throw new TypeError('Not a UUID')
  let value = BigInt(`0x${uuid.replaceAll('-', '')}`)
  let ulid = ''
  for (let i = 0; i < 26; i++) {
    ulid = digits.charAt(Number(value % 32n)) + ulid
    value /= 32n
  }
  return ulid
}

/**
 * A ULID as the UUID with the same 128 bits: the id that the REST style shows for a user.
 *
 * @throws TypeError for what is no ULID
 */
export function toUuid(ulid: string): string {
  if (!/^[0-7][\da-hjkmnp-tv-z]{25}$/i.test(ulid)) throw new TypeError('Not a ULID')
  let value = 0n
  for (const digit of ulid.toUpperCase()) value = value * 32n + BigInt(digits.indexOf(digit))
  return value
    .toString(16)
    .padStart(32, '0')
    .replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

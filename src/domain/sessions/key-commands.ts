import type { Origin } from '../caller.ts'
import { command, type Step } from '../command.ts'
import type { StoreCall } from '../store-call.ts'
import { afterRetirement, afterRotation, living, type TokenTimes } from './key-life.ts'
import { SigningKeyError } from './key-material.ts'
import type { SigningKey } from './store.ts'

/**
 * Lets a new key follow the one that signs, in ten minutes. Keys whose last token is dead are
 * removed.
 *
 * @returns the new key
 */
export const rotateKeys = (by: Origin, made: SigningKey, times: TokenTimes) =>
  command({
    by,
    reads: { keys: ['signingKeys', 'lock'] },
    decide({ keys }, at): Step<SigningKey> {
      const after = afterRotation(living(keys, times, at), made, at)
      return {
        writes: changes(keys, after),
        events: [{ event: 'key_rotated', kid: made.kid }],
        result: after.at(-1) as SigningKey,
      }
    },
  })

/**
 * Takes a key away at once, and with it every token that it has signed: it may have leaked.
 *
 * @param spare takes its place where no other key could
 * @returns the keys that are left
 * @throws SigningKeyError where there is no such key
 */
export const retireKey = (by: Origin, kid: string, spare: SigningKey, times: TokenTimes) =>
  command({
    by,
    reads: { keys: ['signingKeys', 'lock'] },
    decide({ keys }, at): Step<readonly SigningKey[]> {
      if (!keys.some((key) => key.kid === kid)) throw new SigningKeyError(`there is no signing key ${kid}`)
      const after = afterRetirement(living(keys, times, at), kid, spare, at)
      return { writes: changes(keys, after), events: [{ event: 'key_retired', kid }], result: after }
    },
  })

/** What makes the stored keys these. */
function changes(before: readonly SigningKey[], after: readonly SigningKey[]): StoreCall[] {
  const known = new Map(before.map((key) => [key.kid, key]))
  const kept = new Set(after.map(({ kid }) => kid))
  return [
    ...before.filter(({ kid }) => !kept.has(kid)).map(({ kid }) => ['signingKeys', 'remove', kid] as const),
    ...after.flatMap((key): StoreCall[] => {
      const found = known.get(key.kid)
      if (!found) return [['signingKeys', 'insert', key]]
      const { signsFrom, signsUntil } = key
      return found === key ? [] : [['signingKeys', 'plan', key.kid, { signsFrom, signsUntil }]]
    }),
  ]
}

import { setTimeout as delay } from 'node:timers/promises'
import { bySignsFrom, diesAt, signsAt, type TokenTimes } from './key-life.ts'
import { type Jwk, keysOrFirst, openKey, presentJwk, SigningKeyError } from './key-material.ts'
import type { SigningKey, SigningKeyStore } from './store.ts'

export { type Jwk, SigningKeyError } from './key-material.ts'

export interface SigningKeyDeps extends TokenTimes {
  readonly store: { readonly signingKeys: Pick<SigningKeyStore, 'epoch' | 'list' | 'insertFirst'> }
  /** A secret of the installation; with it, private keys lie encrypted in the store. */
  readonly keyEncryptionKey?: string | undefined
  readonly now: () => Date
  /** Is told of a key that was made elsewhere, and cannot be used here. */
  readonly warn?: (line: string) => void
}

export interface SigningKeys {
  /**
   * The key that signs now, or while that cannot be decrypted here, the one before it. PKCS#8, PEM.
   *
   * @throws SigningKeyError when there is none
   */
  current(): { readonly kid: string; readonly privateKey: string }
  /**
   * The public key of this `kid`, among those in the store at the last (re)load, while it verifies.
   * SPKI, PEM.
   */
  find(kid: string): string | undefined
  /**
   * Reads the keys again. Rejects with what the store throws, or SigningKeyError for a key that is
   * none, and then changes nothing. Private halves are decrypted while others are served.
   */
  reload(): Promise<void>
  /**
   * Reads the keys again unless they are of this epoch, as it was just read; undefined when they
   * are. What is read is no older than the call.
   */
  follow(epoch: number): Promise<void> | undefined
  /** As `follow`, and waits until a key can sign. */
  readyToSign(epoch: number): Promise<void>
  /**
   * Looks for a newer epoch, at most once a second. Without its store it resolves too, within a
   * second: what is known has to do.
   */
  look(): Promise<void>
  /** Every public key that verifies (RFC 7517, section 5), for services that verify themselves. */
  jwks(): { readonly keys: readonly Jwk[] }
}

/**
 * Loads the Ed25519 keys of the store, and makes the first when there is none; of several starters
 * all use the winner's. A key that was stored in the clear stays readable, and in the clear, when
 * `keyEncryptionKey` is given later. Throws SigningKeyError, by whose message an operator can act,
 * when a key that signs now or later cannot be decrypted or is not what it should be.
 *
 * @see docs/decisions/0035-key-rotation.md
 */
export async function openSigningKeys(deps: SigningKeyDeps): Promise<SigningKeys> {
  const { store, keyEncryptionKey, now, warn = () => {} } = deps
  if (keyEncryptionKey === '')
    throw new SigningKeyError('the key encryption key is empty: leave it unset, or give it a value')

  /** By kid, private halves that were decrypted, and those that are being. */
  const opened = new Map<string, string>()
  const opening = new Map<string, Promise<void>>()
  let loading: Promise<void> | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  let looking: Promise<unknown> | undefined
  let loaded = await load()
  await Promise.all(openAll())

  /** The epoch first: keys that change in between are read again. */
  async function load(): Promise<LoadedKeys> {
    const epoch = await store.signingKeys.epoch()
    const stored = (await keysOrFirst(store.signingKeys, keyEncryptionKey, now())).toSorted(bySignsFrom).reverse()
    return {
      epoch,
      keys: new Map(stored.map((key) => [key.kid, { ...key, diesAt: diesAt(key, deps), jwk: presentJwk(key) }])),
    }
  }

  /** Deriving the encryption key is slow on purpose: once for each signing key. */
  function openAll(): Promise<void>[] {
    for (const kid of opening.keys())
      if (!loaded.keys.has(kid)) {
        opening.delete(kid)
        opened.delete(kid)
      }
    const at = now()
    const mine = [...loaded.keys.values()].filter(({ signsUntil }) => signsUntil === null || signsUntil > at)
    return mine.map((key) => {
      const begun =
        opening.get(key.kid) ??
        openKey(key, keyEncryptionKey).then((privateKey) => {
          // It may have been retired meanwhile.
          if (loaded.keys.has(key.kid)) opened.set(key.kid, privateKey)
        })
      opening.set(key.kid, begun)
      return begun
    })
  }

  function reload(): Promise<void> {
    loading ??= load()
      .then((found) => {
        loaded = found
        for (const each of openAll()) each.catch(({ message }: Error) => warn(message))
      })
      .finally(() => {
        loading = undefined
      })
    return loading
  }

  /** One that has begun may have read the keys as they were before. */
  async function catchUp(epoch: number): Promise<void> {
    await loading?.catch(() => {})
    if (loaded.epoch !== epoch) await reload()
  }

  const follow = (epoch: number) => (epoch === loaded.epoch ? undefined : catchUp(epoch))
  const living = () => {
    const at = now().getTime()
    return [...loaded.keys.values()].filter((key) => at < key.diesAt)
  }
  /** The one whose time it is. */
  const present = () => {
    const at = now()
    return living().find((key) => opened.has(key.kid) && signsAt(key, at))
  }
  /**
   * Where that cannot be opened, one before it; where all are of a clock that is ahead of ours, the
   * first of them.
   */
  const signer = () => {
    const at = now()
    const usable = living().filter(({ kid }) => opened.has(kid))
    return present() ?? usable.find(({ signsFrom }) => signsFrom <= at) ?? usable.at(-1)
  }

  return {
    current() {
      const kid = signer()?.kid
      const privateKey = kid && opened.get(kid)
      if (!kid || !privateKey) throw new SigningKeyError('no signing key can be used: see the warnings before')
      return { kid, privateKey }
    },

    find(kid) {
      const key = loaded.keys.get(kid)
      return key && now().getTime() < key.diesAt ? key.publicKey : undefined
    },

    reload,
    follow,

    async readyToSign(epoch) {
      await follow(epoch)
      if (!present()) await Promise.allSettled(opening.values())
    },

    async look() {
      const age = now().getTime() - lookedAt
      // An age below zero is a clock that was set back, and no reason to wait for it to catch up.
      if (age < 0 || age >= lookIntervalMs) {
        lookedAt = now().getTime()
        const asked = store.signingKeys.epoch().then(follow)
        looking = Promise.race([asked.catch(() => {}), delay(lookIntervalMs, undefined, { ref: false })])
      }
      await looking
    },

    jwks: () => ({ keys: living().map(({ jwk }) => jwk) }),
  }
}

/** Milliseconds between two looks for newer keys that no session's look-up has asked for. */
const lookIntervalMs = 1000

interface LoadedKeys {
  readonly epoch: number
  /** By kid, the one that signs last first. */
  readonly keys: ReadonlyMap<string, SigningKey & { readonly diesAt: number; readonly jwk: Jwk }>
}

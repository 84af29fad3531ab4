import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  scrypt,
} from 'node:crypto'
import type { SigningKey, SigningKeyStore } from './store.ts'

export interface SigningKeyDeps {
  readonly store: { readonly signingKeys: Pick<SigningKeyStore, 'list' | 'insertFirst'> }
  /** A secret of the installation; with it, private keys lie encrypted in the store. */
  readonly keyEncryptionKey?: string
  readonly now: () => Date
}

/** Keys that cannot be used; the message says what to do. */
export class SigningKeyError extends Error {}

/** A public key as RFC 8037 writes it. */
export interface Jwk {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly kid: string
  readonly use: 'sig'
  readonly alg: 'EdDSA'
}

export interface SigningKeys {
  /** The newest key, which signs. PKCS#8, PEM. */
  current(): { readonly kid: string; readonly privateKey: string }
  /** The public key of this `kid`, among those in the store at the last (re)load. SPKI, PEM. */
  find(kid: string): string | undefined
  /**
   * Reads the keys again: another instance may have made one. Rejects as `openSigningKeys` does,
   * and then changes nothing.
   */
  reload(): Promise<void>
  /** Every public key (RFC 7517, section 5), for services that verify tokens themselves. */
  jwks(): { readonly keys: readonly Jwk[] }
}

/**
 * Loads the Ed25519 keys of the store, and makes the first when there is none; of several starters
 * all use the winner's. A key that was stored in the clear stays readable, and in the clear, when
 * `keyEncryptionKey` is given later. Throws SigningKeyError, by whose message an operator can act,
 * when the newest key cannot be decrypted or is not what it should be.
 */
export async function openSigningKeys({ store, keyEncryptionKey, now }: SigningKeyDeps): Promise<SigningKeys> {
  if (keyEncryptionKey === '')
    throw new SigningKeyError('the key encryption key is empty: leave it unset, or give it a value')

  let loaded = await load()

  async function load(previous?: LoadedKeys): Promise<LoadedKeys> {
    const stored = await list()
    const [newest] = stored
    // Deriving the encryption key is slow on purpose: not again for the same signing key.
    const current =
      previous?.current.kid === newest.kid
        ? previous.current
        : { kid: newest.kid, privateKey: await decrypt(newest, keyEncryptionKey) }
    if (spki(createPublicKey(createPrivateKey(current.privateKey))) !== spki(createPublicKey(newest.publicKey))) {
      throw new SigningKeyError(`the two halves of signing key ${newest.kid} do not belong together`)
    }
    return {
      current,
      publicKeys: new Map(stored.map(({ kid, publicKey }) => [kid, publicKey])),
      jwks: { keys: stored.map(({ kid, publicKey }) => presentJwk(kid, publicKey)) },
    }
  }

  async function list(): Promise<[SigningKey, ...SigningKey[]]> {
    const found = await store.signingKeys.list()
    if (isFilled(found)) return found
    await store.signingKeys.insertFirst(await makeKey(keyEncryptionKey, now()))
    const made = await store.signingKeys.list()
    if (isFilled(made)) return made
    throw new SigningKeyError('the store kept no signing key')
  }

  return {
    current: () => loaded.current,
    find: (kid) => loaded.publicKeys.get(kid),
    reload: async () => {
      loaded = await load(loaded)
    },
    jwks: () => loaded.jwks,
  }
}

interface LoadedKeys {
  readonly current: { readonly kid: string; readonly privateKey: string }
  readonly publicKeys: ReadonlyMap<string, string>
  readonly jwks: { readonly keys: readonly Jwk[] }
}

function isFilled<T>(list: T[]): list is [T, ...T[]] {
  return list.length > 0
}

async function makeKey(keyEncryptionKey: string | undefined, createdAt: Date): Promise<SigningKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const kid = kidOf(publicKey)
  return {
    kid,
    publicKey,
    privateKey: keyEncryptionKey === undefined ? privateKey : await encrypt(privateKey, kid, keyEncryptionKey),
    createdAt,
  }
}

function presentJwk(kid: string, publicKey: string): Jwk {
  return { kty: 'OKP', crv: 'Ed25519', x: publicKeyCoordinate(publicKey), kid, use: 'sig', alg: 'EdDSA' }
}

/** What a public key is called: its thumbprint. @param publicKey SPKI, PEM */
export const kidOf = (publicKey: string): string => thumbprint(publicKeyCoordinate(publicKey))

/** RFC 7638, with the members that RFC 8037 requires of an OKP key, in their order. */
function thumbprint(x: string): string {
  return createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url')
}

function publicKeyCoordinate(publicKey: string): string {
  const { crv, x } = createPublicKey(publicKey).export({ format: 'jwk' })
  if (crv !== 'Ed25519' || x === undefined)
    throw new SigningKeyError('a signing key in the store is not an Ed25519 key')
  return x
}

function spki(publicKey: ReturnType<typeof createPublicKey>): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

/**
 * In front of an encrypted key; then salt, nonce, tag and ciphertext, each in base64url. Names
 * every choice below.
 */
const encryption = 'scrypt-aes-256-gcm-1'

/**
 * The `kid` is authenticated too, so that nobody who writes to the table can put one key in the
 * place of another.
 */
async function encrypt(privateKey: string, kid: string, keyEncryptionKey: string): Promise<string> {
  const salt = randomBytes(16)
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(keyEncryptionKey, salt), nonce)
  cipher.setAAD(Buffer.from(kid))
  const ciphertext = Buffer.concat([cipher.update(privateKey, 'utf8'), cipher.final()])
  return [encryption, ...[salt, nonce, cipher.getAuthTag(), ciphertext].map((part) => part.toString('base64url'))].join(
    '.',
  )
}

async function decrypt({ kid, privateKey }: SigningKey, keyEncryptionKey: string | undefined): Promise<string> {
  if (privateKey.startsWith('-----BEGIN PRIVATE KEY-----')) return privateKey
  const [name, ...parts] = privateKey.split('.')
  const [salt, nonce, tag, ciphertext] = parts.map((part) => Buffer.from(part, 'base64url'))
  if (name !== encryption || !salt || !nonce || !tag || !ciphertext) {
    throw new SigningKeyError(`signing key ${kid} is stored in a form that this version does not know`)
  }
  if (keyEncryptionKey === undefined) {
    throw new SigningKeyError(
      `signing key ${kid} is stored encrypted, and no key encryption key is set: set KEY_ENCRYPTION_KEY`,
    )
  }
  try {
    const key = await deriveKey(keyEncryptionKey, salt)
    // Without the length, a tag cut to 4 bytes would pass, and one forgery in 2^32 with it.
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
    decipher.setAAD(Buffer.from(kid)).setAuthTag(tag)
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')
  } catch (cause) {
    const help = 'set KEY_ENCRYPTION_KEY to the value that it was stored with'
    throw new SigningKeyError(`signing key ${kid} cannot be decrypted with this key encryption key: ${help}`, { cause })
  }
}

/**
 * scrypt rather than HKDF, because nothing holds the operator to a random key: should the database
 * leak, a passphrase has to be guessed at a fifth of a second and 32 MiB a try. Paid once per
 * start. Parameters: OWASP Password Storage Cheat Sheet.
 */
function deriveKey(keyEncryptionKey: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(keyEncryptionKey, salt, 32, { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 26 }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}

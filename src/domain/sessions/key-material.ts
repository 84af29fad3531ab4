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
import type { SigningKey, StoredKey } from './store.ts'

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

/**
 * A new Ed25519 key that signs from its beginning on, its private half encrypted where there is a
 * key for that.
 */
export async function makeKey(keyEncryptionKey: string | undefined, createdAt: Date): Promise<SigningKey> {
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
    signsFrom: createdAt,
    signsUntil: null,
  }
}

/**
 * The keys of a store; of several that start without one, all use the winner's.
 *
 * @throws SigningKeyError when it keeps none
 */
export async function keysOrFirst<Key extends StoredKey>(
  store: { list(): Promise<Key[]>; insertFirst(key: SigningKey): Promise<void> },
  keyEncryptionKey: string | undefined,
  at: Date,
): Promise<[Key, ...Key[]]> {
  const found = await store.list()
  if (isFilled(found)) return found
  await store.insertFirst(await makeKey(keyEncryptionKey, at))
  const made = await store.list()
  if (isFilled(made)) return made
  throw new SigningKeyError('the store kept no signing key')
}

const isFilled = <T>(list: T[]): list is [T, ...T[]] => list.length > 0

/**
 * The private half of a stored key, PKCS#8, PEM.
 *
 * @throws SigningKeyError when it cannot be decrypted or is not what it should be
 */
export async function openKey(stored: StoredKey, keyEncryptionKey: string | undefined): Promise<string> {
  const privateKey = await decrypt(stored, keyEncryptionKey)
  if (spki(createPublicKey(createPrivateKey(privateKey))) !== spki(createPublicKey(stored.publicKey)))
    throw new SigningKeyError(`the two halves of signing key ${stored.kid} do not belong together`)
  return privateKey
}

/** @throws SigningKeyError for what is no Ed25519 key */
export function presentJwk({ kid, publicKey }: Pick<StoredKey, 'kid' | 'publicKey'>): Jwk {
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

/** Whether whoever reads the database can sign with it. */
export const liesInTheClear = ({ privateKey }: Pick<StoredKey, 'privateKey'>): boolean =>
  privateKey.startsWith('-----BEGIN PRIVATE KEY-----')

async function decrypt({ kid, privateKey }: StoredKey, keyEncryptionKey: string | undefined): Promise<string> {
  if (liesInTheClear({ privateKey })) return privateKey
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
 * leak, a passphrase has to be guessed at a fifth of a second and 32 MiB a try. Paid once
 * per key and process. Parameters: OWASP Password Storage Cheat Sheet.
 */
function deriveKey(keyEncryptionKey: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(keyEncryptionKey, salt, 32, { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 26 }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}

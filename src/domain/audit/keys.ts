import { hkdfSync } from 'node:crypto'
import { keysOrFirst, liesInTheClear, openKey } from '../sessions/key-material.ts'
import type { StoredKey } from '../sessions/store.ts'
import type { AuditKeyStore } from './store.ts'

/** That of the trail alone. */
export interface AuditKey {
  readonly kid: string
  /** PKCS#8, PEM. */
  readonly privateKey: string
  /** With what names that nobody has are made digests in the trail. */
  readonly nameKey: Buffer
}

/**
 * The key that signs the roots of the audit trail; the first start makes it. It is no key of access
 * tokens: of those other services are told. A later one is somebody else's: so the oldest counts,
 * and of those that lie encrypted before any that lies in the clear.
 *
 * @throws SigningKeyError when it cannot be decrypted or is not what it should be
 */
export async function openAuditKey({
  store,
  keyEncryptionKey,
  now,
}: {
  readonly store: { readonly auditKeys: AuditKeyStore }
  readonly keyEncryptionKey?: string | undefined
  readonly now: () => Date
}): Promise<AuditKey> {
  const keys = await keysOrFirst(store.auditKeys, keyEncryptionKey, now())
  const key = keys.findLast((each) => !liesInTheClear(each)) ?? (keys.at(-1) as StoredKey)
  const privateKey = await openKey(key, keyEncryptionKey)
  const nameKey = Buffer.from(hkdfSync('sha256', privateKey, '', 'names in the audit trail', 32))
  return { kid: key.kid, privateKey, nameKey }
}

/**
 * The keys whose roots count. Whoever owns the database can put a key of their own there, but none
 * that opens with the key encryption key: where that is given, and one does, the others do not count.
 */
export async function trustedKeys(
  keys: readonly StoredKey[],
  keyEncryptionKey: string | undefined,
): Promise<readonly StoredKey[]> {
  if (keyEncryptionKey === undefined) return keys
  const encrypted = keys.filter((key) => !liesInTheClear(key))
  const opened = await Promise.all(
    encrypted.map((key) =>
      openKey(key, keyEncryptionKey).then(
        () => [key],
        () => [],
      ),
    ),
  )
  return encrypted.length > 0 ? opened.flat() : keys
}

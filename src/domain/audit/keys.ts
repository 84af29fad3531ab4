import { keysOrFirst, openKey } from '../sessions/key-material.ts'
import type { AuditKeyStore } from './store.ts'

/** That of the trail alone. */
export interface AuditKey {
  readonly kid: string
  /** PKCS#8, PEM. */
  readonly privateKey: string
}

/**
 * The key that signs the roots of the audit trail; the first start makes it. It is no key of access
 * tokens: of those other services are told.
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
  const [key] = await keysOrFirst(store.auditKeys, keyEncryptionKey, now())
  return { kid: key.kid, privateKey: await openKey(key, keyEncryptionKey) }
}

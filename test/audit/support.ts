import { auditEvent } from '../../src/domain/audit/event.ts'
import { openAuditKey } from '../../src/domain/audit/keys.ts'
import { createSealer, type SealedRoot } from '../../src/domain/audit/sealer.ts'
import { createIds } from '../../src/domain/id.ts'
import type { Store } from '../../src/domain/store.ts'

const now = () => new Date()
const newId = createIds({ now })

/** A sealer of this store, and the roots that it has told. */
export async function sealerOf(store: Store, given: { now?: () => Date; keyEncryptionKey?: string } = {}) {
  const roots: SealedRoot[] = []
  const deps = { now, ...given }
  const key = await openAuditKey({ ...deps, store })
  const failures: unknown[] = []
  const sealer = createSealer({
    ...deps,
    store,
    key,
    onRoot: (root) => void roots.push(root),
    onFailure: (error) => void failures.push(error),
  })
  return { ...sealer, roots, failures, key }
}

/** Made-up events, as the service would write them at this moment. */
export const madeUp = (count: number, at = now(), ids: { userId?: string; callerId?: string } = {}) =>
  Array.from({ length: count }, () => {
    const by = { requestId: 'made-up', address: '192.0.2.1', userAgent: 'a browser' }
    const userId = ids.userId ?? newId()
    return auditEvent(newId(), { event: 'sessions_revoked', userId }, by, {
      ...by,
      at,
      callerId: ids.callerId ?? null,
    })
  })

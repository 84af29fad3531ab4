import { heavyQuery, mayLag, type Query, query } from '../query.ts'
import { type AuditFilter, isCombined, type SealedEvent } from './store.ts'

export interface AuditPage {
  readonly events: readonly SealedEvent[]
  /** After which there are more. */
  readonly next: number | undefined
}

export type Audit = ReturnType<typeof createAudit>

/** Reading the audit trail. Who may read it may read all of it: nothing in it is secret. */
export function createAudit() {
  return {
    /** Sealed events in the order of their numbers. */
    list({ limit, ...filter }: AuditFilter & { readonly limit: number }): Query<AuditPage> {
      const asked = { ...filter, limit: limit + 1 }
      const pageOf = (found: readonly SealedEvent[]): AuditPage => {
        const events = found.slice(0, limit)
        return { events, next: found.length > limit ? events.at(-1)?.number : undefined }
      }
      // What may take long waits until it is known who asks.
      if (isCombined(filter)) return mayLag(heavyQuery([], async (_, from) => pageOf(await from.audit.list(asked))))
      return mayLag(query([['audit', 'list', asked]], ([found]) => pageOf(found)))
    },
  }
}

import type { AuditEvent } from './event.ts'

export interface AuditStore {
  /** At least one; they wait for the sealer then, which numbers them once they are committed. */
  insert(events: readonly AuditEvent[]): Promise<void>
}

import type { StoredKey } from '../sessions/store.ts'
import type { AuditEvent } from './event.ts'
import type { Root, Seal, StoredEvent } from './sealing.ts'

/** An event with its place in the trail. */
export interface SealedEvent extends AuditEvent {
  readonly number: number
}

/** Which events: all conditions together. */
export interface AuditFilter {
  /** Those after this number. */
  readonly after?: number
  readonly actorId?: string
  readonly targetId?: string
  readonly action?: string
  /** Those of this moment or later. */
  readonly from?: Date
  /** Those before this moment. */
  readonly to?: Date
}

/** Whether no one index has all that is asked for. */
export const isCombined = ({ actorId, targetId, action }: AuditFilter): boolean =>
  [actorId, targetId, action].filter((each) => each !== undefined).length > 1

export interface AuditStore {
  /** At least one; they wait for the sealer then, which numbers them once they are committed. */
  insert(events: readonly AuditEvent[]): Promise<void>
  /** Sealed events in the order of their numbers. */
  list(filter: AuditFilter & { readonly limit: number }): Promise<SealedEvent[]>
  /** Whether events wait to be sealed; one look at a short table. */
  isWaiting(): Promise<boolean>
  /** Whether nobody else seals, who then waits for the end of this transaction. */
  lockSealing(): Promise<boolean>
  /** Takes some events that wait, in the order of their time and id. */
  takeWaiting(atMost: number): Promise<StoredEvent[]>
  findLastRoot(): Promise<Root | undefined>
  insertSeals(seals: readonly Seal[]): Promise<void>
  insertRoot(root: Root): Promise<void>
  /** Makes the partitions of the moment's month and of the next, where they are missing. */
  makePartitions(moment: Date): Promise<void>
  /** Whether the service's role could take the guards of the tables away. */
  isOwner(): Promise<boolean>
}

/** Keys that sign roots; not those of the access tokens, of which other services are told. */
export interface AuditKeyStore {
  /** The newest first. */
  list(): Promise<StoredKey[]>
  /** Does nothing where there is one. */
  insertFirst(key: StoredKey): Promise<void>
}

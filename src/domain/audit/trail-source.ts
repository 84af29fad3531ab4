import type { StoredKey } from '../sessions/store.ts'
import type { Root, Seal, StoredEvent } from './sealing.ts'

/** A seal as it is stored, with what is stored under the id and time of its event. */
export interface StoredSeal extends Seal {
  readonly event: StoredEvent | undefined
  /** How many events have that id and time. */
  readonly copies: number
}

/** Where old events were dropped, by the newest event that says so. */
export interface Boundary {
  /** Of the event that says so. */
  readonly eventId: string
  /** The last number that was dropped. */
  readonly dropped: number
  /** The hash of the root that vouched for it, in hexadecimal. */
  readonly root: string
  /** Events of this moment or later were kept. */
  readonly before: Date
  /** When it was said. */
  readonly at: Date
}

/** What is read to verify the trail; lists are pages, in the order of their numbers. */
export interface TrailSource {
  listKeys(): Promise<readonly StoredKey[]>
  listRoots(after: number, limit: number): Promise<readonly Root[]>
  /** Those after a number, up to another. */
  listSeals(after: number, upTo: number, limit: number): Promise<readonly StoredSeal[]>
  findBoundary(): Promise<Boundary | undefined>
  /** What no root vouches for: the ids of some events without a seal that wait for none. */
  listStray(limit: number): Promise<readonly string[]>
  /** The ids of some events that wait for their seal and are not there. */
  listGone(limit: number): Promise<readonly string[]>
  countWaiting(): Promise<number>
  /** The number of some seal after the last root. */
  findBeyond(): Promise<number | undefined>
}

import { DomainError } from './errors.ts'
import type { Query } from './query.ts'
import type { Store } from './store.ts'

/** Copies of the database that follow it: they are read, and never written. */
export interface Standbys {
  /** Whether there is one. */
  has(): boolean
  /** One that is at most `standbyLagMs` behind; they take turns. Undefined where there is none. */
  pick(): Standby | undefined
}

export interface Standby {
  readonly store: Store
  /** To be told that it could not answer. @returns whether that is because it took too long */
  failed(error: unknown): boolean
}

/** How far a standby that is asked may be behind, in milliseconds. */
export const standbyLagMs = 5000

/**
 * How long the reads of a session that has written go to the primary, in milliseconds: longer than
 * a standby is behind, and as much again for clocks of instances that differ.
 */
const ownWritesMs = 10_000

export type Reading = ReturnType<typeof createReading>

export interface ReadingDeps {
  readonly store: Store
  readonly standbys?: Standbys | undefined
  readonly now: () => Date
}

/**
 * Where a query is read: lists, searches, statistics and the audit trail from a standby where there
 * is one, and nobody misses what they have written themselves. Who calls, what they may, and single
 * users are always read from the primary: what was revoked must be revoked at once.
 */
export function createReading({ store, standbys, now }: ReadingDeps) {
  const counts = { standby: 0, primary: 0 }

  return {
    /** Of queries that may lag: how many were read where. */
    counts: counts as Readonly<typeof counts>,

    /** Whether a query waits until it is known who calls, and so how late it may be read. */
    waits: (query: Query<unknown>): boolean => Boolean(query.mayLag && standbys?.has()),

    /**
     * @param known the answers of the query's calls; or when the session that asks last wrote
     * @throws DomainError as the store
     */
    async read<Result>(
      query: Query<Result>,
      known: { readonly answers?: readonly unknown[]; readonly lastWriteAt?: Date | undefined },
    ): Promise<Result> {
      const { answers, lastWriteAt } = known
      const mayAsk = answers === undefined && now().getTime() - (lastWriteAt?.getTime() ?? 0) > ownWritesMs
      const standby = mayAsk ? standbys?.pick() : undefined
      if (standby) {
        try {
          const result = await readFrom(standby.store, query)
          counts.standby++
          return result
        } catch (error) {
          // A refusal is one there too. All else: it is stopped, had to give up the read to keep
          // following, or has not yet the tables of this version.
          if (error instanceof DomainError && error.reason !== 'unavailable') throw error
          // What may take long has as little time there.
          if (standby.failed(error) && query.heavy) throw error
        }
      }
      if (query.mayLag) counts.primary++
      return answers ? query.result(answers, store) : readFrom(store, query)
    },
  }
}

async function readFrom<Result>(store: Store, query: Query<Result>): Promise<Result> {
  return query.result(await store.batch(query.calls), store)
}

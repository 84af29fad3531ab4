import type { Sql } from './sql/sql.ts'
import { ask, builder, type Call } from './sql/statement.ts'

/** Which database it is: a standby's has the same two as the primary's. */
export interface Identity {
  /** Its OID. */
  readonly database: string
  /** The identifier of its cluster (`pg_control_system()`); empty where it is not told. */
  readonly system: string
}

/** Where a server is in the log of its database. */
export interface Position extends Identity {
  readonly isStandby: boolean
  /**
   * Of a primary, up to where it has written: nothing that was committed lies beyond it, flushed or
   * not. Of a standby, up to where it has replayed.
   */
  readonly lsn: number
}

/** Whether they are two databases. */
export const differ = (one: Identity, other: Identity): boolean =>
  one.database !== other.database || (one.system !== '' && other.system !== '' && one.system !== other.system)

/** Asks a server where it is; again and again, by the same function. */
export const positionsOf = (sql: Pick<Sql, 'run'>): (() => Promise<Position>) =>
  asking(sql, `${place}, ${database}`, (row) => ({
    ...identityIn(row),
    isStandby: row.standby === true,
    lsn: endOf(row),
  }))

/** Asks a server which database it is. */
export const identityOf = (sql: Pick<Sql, 'run'>): Promise<Identity> => asking(sql, database, identityIn)()

const place = `pg_is_in_recovery() as standby,
  (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end)::text as lsn,
  current_setting('wal_block_size')::int as block,
  pg_size_bytes(current_setting('wal_segment_size'))::float8 as segment`
const database = '(select oid from pg_database where datname = current_database())::text as database'
const system = '(select system_identifier from pg_control_system())::text as system'

type Row = Written & { readonly standby?: boolean; readonly database?: string; readonly system?: string }

const identityIn = (row: Row): Identity => ({ database: row.database ?? '', system: row.system ?? '' })

/** Not every role is told all, nor is everything there on every managed service. */
export const isNotTold = /^(42501|42883|0A000|55000)$/

/** Asks for less, from then on, where a server does not tell all. */
function asking<Result>(sql: Pick<Sql, 'run'>, columns: string, read: (row: Row) => Result): () => Promise<Result> {
  const [most, all] = [columns, `${columns}, ${system}`].map((asked) =>
    ask(builder.raw(`select ${asked}`), ({ rows: [row] }) => read(row as unknown as Row)),
  ) as [Call<Result>, Call<Result>]
  let call = all
  return async () => {
    try {
      return await sql.run(call)
    } catch (error) {
      if (call === most || !isNotTold.test(String((error as { code?: string }).code))) throw error
      call = most
      return sql.run(call)
    }
  }
}

interface Written {
  readonly lsn: string | null
  readonly block: number
  readonly segment: number
}

/**
 * A position (`pg_lsn`) as a number, exact up to nine petabytes. Where the next record is to begin on
 * a new page, the primary tells of its place behind the page's header, and a standby that has
 * replayed everything of the end of the page before: an idle pair would never seem to be equal. The
 * header has 40 bytes on the first page of a segment, 24 on others (xlog_internal.h).
 */
function endOf({ lsn, block, segment }: Written): number {
  const [high = '0', low = '0'] = (lsn ?? '0/0').split('/')
  const at = Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16)
  const header = at % segment < block ? 40 : 24
  return at % block === header ? at - header : at
}

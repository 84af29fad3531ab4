import pg from 'pg'

/** A statement that each connection prepares once, under its name. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** A statement with a name of its own. */
export function statement(text: string): Statement {
  return { name: `floor_${++named}`, text }
}
let named = 0

export type Database = ReturnType<typeof openDatabase>

/** A pool of connections; times of rows arrive as the answers show them. */
export function openDatabase(connectionString: string, max: number) {
  // UTC, whole seconds (RFC 3339): '2026-11-26 12:00:00.123+00'.
  pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => `${text.slice(0, 10)}T${text.slice(11, 19)}Z`)
  const pool = new pg.Pool({ connectionString, max, options: '-c TimeZone=UTC -c DateStyle=ISO' })
  return {
    pool,
    async rows<Row extends pg.QueryResultRow>({ name, text }: Statement, values: unknown[]): Promise<Row[]> {
      return (await pool.query<Row>({ name, text, values })).rows
    },
  }
}

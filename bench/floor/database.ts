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

/** A pool of connections; times arrive as the database writes them, see `presentTime`. */
export function openDatabase(connectionString: string, max: number) {
  pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => text)
  const pool = new pg.Pool({ connectionString, max, options: '-c TimeZone=UTC -c DateStyle=ISO' })
  return {
    pool,
    async rows<Row extends pg.QueryResultRow>({ name, text }: Statement, values: unknown[]): Promise<Row[]> {
      return (await pool.query<Row>({ name, text, values })).rows
    },
  }
}

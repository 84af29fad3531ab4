import type { Database } from '../../src/store/database.ts'

/** The plans of the queries on users that the store makes in `work`. */
export async function plansOf(database: Database, work: () => Promise<unknown>): Promise<string> {
  const asked: { sql: string; bindings: unknown[] }[] = []
  const listen = (query: { sql: string; bindings: unknown[] }) => asked.push(query)
  database.knex.on('query', listen)
  await work()
  database.knex.off('query', listen)
  const told: string[] = []
  for (const { sql, bindings } of asked.filter(({ sql }) => sql.includes('"users"'))) {
    // Knex wants its own placeholders, in the same order.
    const { rows } = await database.knex.raw(
      `explain (costs off) ${sql.replace(/\?/g, '\\?').replace(/\$\d+/g, '?')}`,
      bindings as [],
    )
    told.push(...rows.map((row: Record<string, string>) => row['QUERY PLAN']))
  }
  return told.join('\n')
}

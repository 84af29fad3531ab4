import type { Database } from '../../src/store/database.ts'
import type { Step } from '../../src/store/sql/statement.ts'

/** Every statement that is sent in `work`, one round trip after the other. */
export async function roundTripsOf(database: Database, work: () => Promise<unknown>): Promise<(readonly Step[])[]> {
  const trips: (readonly Step[])[] = []
  const stop = database.sql.observe((steps) => trips.push(steps))
  await work().finally(stop)
  return trips
}

/**
 * The plans of the queries, on users unless told otherwise, that the store makes in `work`, each as it is when it has been
 * prepared and run ten times: from the sixth on Postgres may take one plan for all values.
 *
 * @param about what a statement has in it, of whose plan is told
 * @param mode what the connections have that the work is done by (see `database.ts`)
 */
export async function plansOf(
  database: Database,
  work: () => Promise<unknown>,
  mode: 'auto' | 'force_generic_plan' | 'force_custom_plan' = 'auto',
  about = '"users"',
): Promise<string> {
  const steps = (await roundTripsOf(database, work)).flat().filter(({ text }) => text.includes(about))
  const told: string[] = []
  await database.knex.transaction(async (tx) => {
    // Knex would take a question mark for a placeholder of its own.
    const run = (sql: string) => tx.raw(sql.replaceAll('?', '\\?'))
    await tx.raw(`set local plan_cache_mode = ${mode}`)
    for (const { text, values } of steps) {
      const given = values.length > 0 ? `(${values.map(literal).join(', ')})` : ''
      await run(`prepare planned as ${text}`)
      for (let n = 0; n < 9; n++) await run(`explain (costs off) execute planned${given}`)
      const { rows } = await run(`explain (costs off) execute planned${given}`)
      await run('deallocate planned')
      told.push(...rows.map((row: Record<string, string>) => row['QUERY PLAN']))
    }
  })
  return told.join('\n')
}

function literal(value: Step['values'][number]): string {
  if (value === null) return 'null'
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : `'\\x${value.toString('hex')}'`
}

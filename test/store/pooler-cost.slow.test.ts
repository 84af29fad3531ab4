import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '../../src/store/database.ts'
import { startPostgres } from '../process/postgres.ts'
import { newUser, open } from '../support/database.ts'
import { inFull, writeFigures } from '../support/figures.ts'
import { startPgbouncer } from '../support/pgbouncer.ts'

const [rounds, calls] = inFull ? [60, 200] : [2, 20]

let postgres: Awaited<ReturnType<typeof startPostgres>>
let pooler: Awaited<ReturnType<typeof startPgbouncer>>
let ways: Record<string, Database>

beforeAll(async () => {
  postgres = await startPostgres()
  await postgres.sql("create role janus login password 'janus'; alter database postgres owner to janus")
  const url = postgres.url('janus', 'janus', 'postgres')
  pooler = await startPgbouncer({ upstream: url })
  ways = {
    'direct, prepared': open(url),
    'direct, `DB_PREPARED=off`': open(url, { dbPrepared: false }),
    'PgBouncer in transaction mode': open(pooler.connection),
  }
})
afterAll(async () => {
  for (const database of Object.values(ways ?? {})) await database.close()
  await pooler?.close()
  await postgres?.close()
})

it('a user is the same through a pooler, and costs more', async () => {
  const [direct] = Object.values(ways) as [Database]
  await direct.migrate()
  const user = await direct.store.users.insert(newUser())
  const taken: Record<string, number[]> = Object.fromEntries(Object.keys(ways).map((way) => [way, []]))
  // In turn, so that what else the machine does meets all of them.
  for (let round = 0; round < rounds; round++)
    for (const [way, { store }] of Object.entries(ways)) {
      const began = performance.now()
      for (let n = 0; n < calls; n++) expect((await store.users.find(user.id))?.id).toBe(user.id)
      taken[way]?.push((performance.now() - began) / calls)
    }
  const medians = Object.entries(taken).map(([way, each]) => [way, middle(each)] as const)
  const [[, least]] = medians as [readonly [string, number]]
  const rows = medians.map(([way, ms]) => `| ${way} | ${ms.toFixed(2)} | ${(ms / least).toFixed(2)} |`)
  writeFigures(
    'pooler',
    `# Finding a user through a pooler
* one user, found by id in the store, one call after the other, ${rounds} rounds of ${calls} in turn; all on TCP of one machine

| way | median ms | ratio |
| --- | --: | --: |
${rows.join('\n')}`,
  )
})

const middle = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number

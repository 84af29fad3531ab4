import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/store/database.ts'
import { plansOf } from '../store/plans.ts'
import { freshDatabase, open } from '../support/database.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let database: Database

const day = (number: number) => new Date(Date.UTC(2026, 0, number))

beforeAll(async () => {
  home = await freshDatabase()
  database = open(home.connection, { dbStatementTimeoutMs: 60_000 })
  for (let month = 0; month < 5; month++) await database.store.audit.makePartitions(day(1 + month * 31))
  // Five months of one event each ten minutes, a root each hour.
  await database.knex.raw(
    `
    insert into audit_events (id, at, action, actor_id, credential_kind, target_id)
    select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '2026-01-01Z'::timestamptz + n * interval '10 minutes',
           case when n % 100 = 0 then 'user_deleted' else 'session_started' end,
           ('01900000-0000-7000-8000-' || lpad(to_hex(n % 50), 12, '0'))::uuid, 'session',
           ('01900000-0000-7000-8000-' || lpad(to_hex(n % 5000), 12, '0'))::uuid
    from generate_series(1, 20000) n;
    insert into audit_seals (number, event_id, at, actor_id, target_id, action, digest)
    select ('x' || right(id::text, 8))::bit(32)::bigint, id, at, actor_id, target_id, action, '' from audit_events order by id;
    insert into audit_roots (last_number, count, earliest, latest, late, merkle_root, previous, kid, at, signature)
    select max(number), count(*), min(at), max(at), false, '', max(number)::text::bytea, '', max(at), ''
    from audit_seals group by number / 6`,
  )
  await database.knex.raw('vacuum analyze audit_events, audit_seals, audit_roots')
}, 60_000)
afterAll(async () => {
  await database?.close()
  await home?.close()
})

const id = '01900000-0000-7000-8000-000000000007'

describe('the trail is read', () => {
  it.each([
    ['from its beginning', {}, 'number'],
    ['of an actor', { actorId: id }, 'actor'],
    ['of a target', { targetId: id }, 'target'],
    ['of an action', { action: 'user_deleted' }, 'action'],
    ['of a time', { from: day(70), to: day(71) }, 'number'],
    ['of an actor in a time', { actorId: id, from: day(70), to: day(71) }, 'actor'],
  ] as const)('%s along an index', async (_, filter, index) => {
    const plan = await plansOf(
      database,
      () => database.store.audit.list({ ...filter, after: 100, limit: 20 }),
      'force_generic_plan',
      'audit_seals',
    )
    // Of a month without events there is nothing to read but the table.
    expect(plan).not.toMatch(/Seq Scan on (audit_roots|audit_(events|seals)_2026_0[1-5])|Sort(?! Key)|Hash/)
    const scans = plan.match(/Index (Only )?Scan using \S+ on audit_seals_2\S+/g) ?? []
    const names = { number: 'number', actor: 'actor_id_expr', target: 'target_id_expr', action: 'action_expr' }
    expect(scans.length).toBeGreaterThan(0)
    for (const scan of scans) expect(scan).toContain(`_${names[index]}_`)
  })

  it('of a time reads no more than what lies in it, wherever it lies', async () => {
    for (const [from, to] of [
      [2, 3],
      [70, 71],
      [130, 131],
    ] as const) {
      const { rows } = await explained({ from: day(from), to: day(to), limit: 1000 })
      const read = rows.join('\n').match(/actual rows=\d+(?:\.\d+)? loops=\d+/g) ?? []
      expect(read.length).toBeGreaterThan(0)
      const most = Math.max(...read.map((each) => Number(/rows=(\d+)/.exec(each)?.[1])))
      expect(most).toBeLessThanOrEqual(144)
      // What was read and then passed over, at the ends.
      for (const [, removed] of rows.join('\n').matchAll(/Rows Removed by Filter: (\d+)/g))
        expect(Number(removed)).toBeLessThanOrEqual(20)
    }
  })
})

async function explained(asked: Parameters<Database['store']['audit']['list']>[0]): Promise<{ rows: string[] }> {
  let rows: string[] = []
  await database.knex.transaction(async (tx) => {
    const steps: { text: string; values: readonly unknown[] }[] = []
    const stop = database.sql.observe((sent) => steps.push(...sent))
    await database.store.audit.list(asked)
    stop()
    const { text, values } = steps[0] as (typeof steps)[number]
    await tx.raw('set local plan_cache_mode = force_generic_plan')
    await tx.raw(`prepare planned as ${text}`)
    const given = values.map((value) => `'${value}'`).join(', ')
    const { rows: found } = await tx.raw(`explain (analyze, costs off, timing off) execute planned(${given})`)
    await tx.raw('deallocate planned')
    rows = found.map((row: Record<string, string>) => row['QUERY PLAN'])
  })
  return { rows }
}

import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { copyFrom, copyLine } from '../../bench/seed/copy.ts'
import { loadUsers } from '../../bench/seed/load-users.ts'
import { roles, statuses } from '../../src/domain/users/user.ts'
import { urlOf } from '../process/janus.ts'
import { freshDatabase } from '../support/database.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let client: pg.Client
beforeAll(async () => {
  home = await freshDatabase()
  client = new pg.Client({ connectionString: urlOf(home.connection) })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await home.close()
})

it('copies every kind of value as it is', async () => {
  const row = {
    text: 'a\tb\nc\\d "e" \\N',
    empty: '',
    nothing: null,
    flag: true,
    moment: new Date('2026-11-27T06:00:00.123Z'),
    bytes: Buffer.from([0, 92, 255]),
    texts: ['', 'NULL', 'a"b', 'c\\d', '王 ,{}', '\n'],
    numbers: [1, -2],
  }
  await client.query(
    `create temporary table copied (text text, empty text, nothing text, flag boolean, moment timestamptz(3), bytes bytea,
       texts text[], numbers int[])`,
  )
  await copyFrom(client, 'copied', Buffer.from(copyLine(row)))
  expect((await client.query('select * from copied')).rows).toEqual([row])
})

it('says what the server refuses, and the connection goes on', async () => {
  await expect(copyFrom(client, 'copied (flag)', Buffer.from('neither\n'))).rejects.toThrow(/boolean/)
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})

it('loads users with whom the counters agree, more on top of those that are there', async () => {
  const databaseUrl = urlOf(home.connection)
  const seen: number[] = []
  for (const count of [101, 60])
    await loadUsers({ databaseUrl, count, cost: 4, progress: (done) => void seen.push(done) })
  expect(seen.filter((done) => [101, 60].includes(done))).toEqual([101, 60])
  const { rows } = await client.query('select role, status, count(*)::int as n from users group by 1, 2 order by 1, 2')
  const counted = await client.query(
    'select role, status, sum(n)::int as n from user_counts group by 1, 2 having sum(n) > 0 order by 1, 2',
  )
  expect(counted.rows).toEqual(rows)
  expect(rows.reduce((sum, { n }) => sum + n, 0)).toBe(161)
  expect(new Set(rows.map(({ role }) => role))).toEqual(new Set(roles))
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(statuses))
})

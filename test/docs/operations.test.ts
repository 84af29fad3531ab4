import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase, open } from '../support/database.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const text = readFileSync(`${root}docs/OPERATIONS.md`, 'utf8')
const entries = text
  .split(/^## /m)
  .slice(1)
  .map((entry) => ({ name: entry.split('\n', 1)[0] as string, entry }))

let database: ReturnType<typeof open>
let home: Awaited<ReturnType<typeof freshDatabase>>
beforeAll(async () => {
  home = await freshDatabase()
  database = open(home.connection)
})
afterAll(async () => {
  await database.close()
  await home.close()
})

const sources = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(`${root}src/${file}`, 'utf8'))
  .join('\n')

/** What Postgres, Node and the driver say themselves; each is known to `src/store/conflicts.ts` or passed on. */
const others =
  /^(connect ECONNREFUSED|canceling statement due to lock timeout|statement timeout|timeout exceeded when trying to connect|too many clients already|too many connections for role|remaining connection slots|password authentication failed|idle in transaction|signal SIGKILL)$/

describe.each(entries)('$name', ({ name, entry }) => {
  it('says what it looks like, where to look and what to do, and was tried', () => {
    expect([...entry.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, word]) => word)).toEqual(['Symptom', 'Look', 'Do'])
    const tests = [...entry.matchAll(/`(test\/\S+\.ts)`/g)].map(([, file]) => file as string)
    expect(tests).not.toEqual([])
    expect(tests.filter((file) => !existsSync(root + file))).toEqual([])
  })

  it('quotes what the log says', () => {
    const flat = entry.replace(/```[\s\S]*?```/g, '').replace(/\n/g, ' ')
    // Of several small words, without anything that a command or a setting has.
    const quoted = [...flat.matchAll(/`([A-Za-z][A-Za-z]+(?: [A-Za-z0-9,.]+){1,})`/g)].map(([, line]) => line as string)
    const strange = quoted.filter(
      (line) => !others.test(line) && !/^(alter|select|npm|pg_ctl|show) /.test(line) && !sources.includes(line),
    )
    expect(strange).toEqual([])
  })

  it('has queries that work', async () => {
    for (const [, sql] of entry.matchAll(/```sql\n([\s\S]*?)```/g)) await database.knex.raw(sql as string)
  })

  it('is found in the table', () => {
    const anchor = name
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-')
    expect(text).toContain(`](#${anchor})`)
  })
})

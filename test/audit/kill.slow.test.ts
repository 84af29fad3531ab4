import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { verifyTrail } from '../../src/domain/audit/verify.ts'
import { createTrailSource } from '../../src/store/audit/trail-source.ts'
import { cleanUp, start, urlOf } from '../process/janus.ts'
import { freshDatabase, open } from '../support/database.ts'
import { inFull, writeFigures } from '../support/figures.ts'
import { sendCommands } from './commands.ts'
import { replay } from './replay.ts'

/** How often the process is killed; `npm run test:slow` has the long form. */
const kills = inFull ? 30 : 2

afterAll(cleanUp)

it(
  'no write is without its event, and no event without its write, wherever the process was killed',
  async () => {
    const home = await freshDatabase()
    const database = open(home.connection)
    const env = {
      DATABASE_URL: urlOf(home.connection),
      ADMIN_PASSWORD: 'correct horse battery',
      ADMIN_ROLE: 'super_admin',
      RATE_LIMIT_PER_MINUTE: '0',
      LOGIN_ATTEMPTS: '0',
    }
    try {
      let answered = 0
      for (let round = 0; round < kills; round++) {
        const janus = await start(env)
        await janus.url
        const json = { username: 'admin', password: env.ADMIN_PASSWORD }
        const { access_token: token } = (await janus.call('POST', '/auth:login', { json })).body
        let killed = false
        const clients = Array.from({ length: 6 }, (_, n) =>
          sendCommands(janus.call, token, `round-${round}-${n}`, () => killed),
        )
        await delay(1500 + Math.random() * 1000)
        killed = true
        janus.process.kill('SIGKILL')
        answered += (await Promise.all(clients)).reduce((sum, each) => sum + each)
        await janus.ended
        // What was under way on the server still ends.
        await expect.poll(() => busy(database)).toBe(0)
        expect(await replay(database.knex)).toEqual([])
      }
      // The next start seals what was left, the stop what came last.
      const janus = await start(env)
      await janus.url
      await janus.stop()
      const [, root] = /"root":"([0-9a-f]{64})"[^\n]*\n(?![\s\S]*"root":)/.exec(janus.stdout()) ?? []
      const faults: string[] = []
      const found = await verifyTrail(createTrailSource(database.sql), {
        root,
        onFault: (fault) => void faults.push(fault),
      })
      const count = (await database.knex('audit_events')).length
      expect({ ...found, faults }).toMatchObject({ faults: [], first: 1, last: count, waiting: 0 })
      process.stdout.write(
        `${kills} kills among ${answered} answered commands, ${count} events: each write has its event\n`,
      )
      writeFigures(
        'kills',
        `# The audit trail after kill -9
* 6 clients send writes of both styles, and the process is killed in the middle of them; after each kill
  the events are replayed and compared with the rows of users and sessions, at the end the trail is
  verified to its last root

| kills | answered commands | events | writes without their event | events without their write |
| --: | --: | --: | --: | --: |
| ${kills} | ${answered} | ${count} | 0 | 0 |`,
      )
    } finally {
      await database.close()
      await home.close()
    }
  },
  20 * 60_000,
)

async function busy(database: ReturnType<typeof open>): Promise<number> {
  const { rows } = await database.knex.raw(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
  )
  return rows[0].count
}

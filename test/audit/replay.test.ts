import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyTrail } from '../../src/domain/audit/verify.ts'
import { createIds } from '../../src/domain/id.ts'
import { createPasswords } from '../../src/domain/passwords/password.ts'
import { makeFirstAdministrator } from '../../src/domain/users/first-administrator.ts'
import { createTrailSource } from '../../src/store/audit/trail-source.ts'
import { freshDatabase, open } from '../support/database.ts'
import { type Service, startService } from '../support/service.ts'
import { sendCommands } from './commands.ts'
import { replay } from './replay.ts'
import { sealerOf } from './support.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let service: Service
const secret = 'correct horse battery'

beforeAll(async () => {
  home = await freshDatabase()
  service = await startService({ connection: home.connection, rateLimitPerMinute: 0, loginAttempts: 0 })
  const { now } = service.clock
  const deps = {
    store: service.store,
    passwords: createPasswords({ cost: 4, queue: 9 }),
    newId: createIds({ now }),
    now,
  }
  const who = {
    username: 'root',
    email: 'root@example.com',
    role: 'super_admin',
    password: async () => secret,
  } as const
  await makeFirstAdministrator(deps, who)
})
afterAll(async () => {
  await service?.close()
  await home?.close()
})

it('comes to what is stored, after random commands of many clients at once, while it is sealed', async () => {
  const { access_token: token } = await service.login('root', secret)
  const until = Date.now() + 4000
  const stopped = () => Date.now() > until
  const sealer = await sealerOf(service.store)
  const sealing = new AbortController()
  const sealed = sealer.run(sealing.signal)
  const answered = await Promise.all(
    Array.from({ length: 6 }, (_, n) => sendCommands(service.call, token, `client-${n}`, stopped)),
  )
  expect(answered.reduce((sum, each) => sum + each)).toBeGreaterThan(50)
  sealing.abort()
  await sealed
  expect(await replay(service.knex)).toEqual([])
  const faults: string[] = []
  const database = open(home.connection)
  const found = await verifyTrail(createTrailSource(database.sql), {
    root: sealer.roots.at(-1)?.root,
    onFault: (fault) => void faults.push(fault),
  })
  const count = (await database.knex('audit_events')).length
  await database.close()
  expect({ ...found, faults }).toMatchObject({ faults: [], first: 1, last: count, waiting: 0 })
})

it.each([
  [
    'an event that is lost',
    'audit',
    "delete from audit_events where id = (select id from audit_events where action = 'user_changed' limit 1)",
  ],
  [
    'a write without its event',
    'users',
    "update users set full_name = 'unseen' where username = (select username from users where status = 'active' limit 1)",
  ],
])('would not fit with %s', async (_, table, statement) => {
  const raw = (sql: string) => service.knex.raw(sql)
  await raw(`begin; ${table === 'audit' ? 'alter table audit_events disable trigger user;' : ''} ${statement}; commit`)
  expect(await replay(service.knex)).not.toEqual([])
})

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantsTo } from '../../src/store/grants.ts'
import { freshDatabase, onServer, open } from '../support/database.ts'
import { type Service, startService } from '../support/service.ts'
import { madeUp, sealerOf } from './support.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let owner: ReturnType<typeof open>
let service: Service
let name: string
const role = `janus_guarded_${randomBytes(4).toString('hex')}`

beforeAll(async () => {
  home = await freshDatabase()
  owner = open(home.connection)
  // Connections that are there already keep their role.
  await Promise.all([owner.knex.raw('select 1'), owner.ready()])
  const { rows } = await owner.knex.raw('select current_database() as name')
  name = rows[0].name
  await owner.knex.raw(`create role ${role}`)
  await owner.knex.raw(grantsTo(role))
  await owner.knex.raw(`alter database ${name} set role = '${role}'`)
  service = await startService({ connection: home.connection })
})
afterAll(async () => {
  await service?.close()
  await owner?.knex.raw(`alter database ${name} reset role; drop owned by ${role}`)
  await owner?.close()
  await home?.close()
  await onServer((client) => client.query(`drop role if exists ${role}`))
})

const partitionsOf = async (table: string) =>
  (
    await owner.knex.raw(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = '${table}'::regclass`,
    )
  ).rows.map(({ name }: { name: string }) => name)

describe('a role that does not own the tables', () => {
  it('serves: it writes, seals, reads and makes partitions', async () => {
    const { token, user } = await service.as('admin')
    await service.call('PATCH', '/auth/profile', { token, json: { fullName: 'New' } })
    await service.seal()
    await owner.knex.raw(`revoke insert on audit_keys from ${role}`)
    await service.seal()
    const { body } = await service.call('GET', `/audit?actor=${user.id}`, { token })
    expect(body.data).toMatchObject([{ action: 'user_changed' }])
    await service.store.audit.makePartitions(new Date(Date.UTC(2031, 4, 5)))
    expect(await partitionsOf('audit_events')).toContain('audit_events_2031_06')
    expect(await service.store.audit.isOwner()).toBe(false)
    expect(await owner.store.audit.isOwner()).toBe(true)
  })

  it('changes, removes and empties nothing of the trail, not in its partitions either', async () => {
    const tables = ['audit_events', 'audit_seals']
    const names = [
      ...tables,
      ...(await partitionsOf('audit_events')),
      ...(await partitionsOf('audit_seals')),
      'audit_roots',
    ]
    for (const name of names)
      for (const statement of [`update ${name} set at = at`, `delete from ${name}`, `truncate ${name}`])
        await expect(service.knex.raw(statement), statement).rejects.toThrow(/permission denied/)
    await expect(service.knex.raw('alter table audit_events disable trigger all')).rejects.toThrow(/must be owner/)
  })
})

describe('the owner', () => {
  it('is kept from slips', async () => {
    await owner.store.audit.insert(madeUp(1))
    await (await sealerOf(owner.store)).seal()
    const tables = ['audit_events', 'audit_seals']
    const names = [
      ...tables,
      ...(await partitionsOf('audit_events')),
      ...(await partitionsOf('audit_seals')),
      'audit_roots',
    ]
    let refused = 0
    for (const name of names) {
      await expect(owner.knex.raw(`truncate ${name}`), name).rejects.toThrow(/append-only/)
      // A trigger for each row refuses where there is one.
      const { rows } = await owner.knex.raw(`select exists (select from ${name}) as any`)
      if (!rows[0].any) continue
      refused++
      for (const statement of [`update ${name} set at = at`, `delete from ${name}`])
        await expect(owner.knex.raw(statement), statement).rejects.toThrow(/append-only/)
    }
    expect(refused).toBeGreaterThanOrEqual(5)
  })
})

import type { Knex } from 'knex'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantsTo, roleName } from '../../src/store/grants.ts'
import { migrationSource } from '../../src/store/migrations.ts'
import { schemaSql } from '../../src/store/schema.ts'
import { cleanUp, start, urlOf } from '../process/janus.ts'
import { runTool } from '../process/tools.ts'
import { newUser, open } from '../support/database.ts'
import { denialsOf, type GuardedServer, makeGranted, startGuardedServer } from './guarded-role.ts'

let server: GuardedServer

beforeAll(async () => {
  server = await startGuardedServer()
  await server.createdb('migrated')
  await migrate('migrated')
})
afterAll(async () => {
  await cleanUp()
  await server?.stop()
})

async function migrate(name: string): Promise<void> {
  const database = open(server.as('owner', name))
  await database.migrate()
  await database.close()
}

/** The schema, but for what differs from run to run. */
const schemaOf = async (name: string) =>
  (await server.run('pg_dump', '-s', '-x', name)).replaceAll(/^\\(un)?restrict .*$/gm, '')

const printed = async (env: Record<string, string>, ...args: string[]) => {
  const { code, stdout, stderr } = await runTool('schema', env, args)
  expect([code, stderr]).toEqual([0, ''])
  return stdout
}

/** A database as it was after so many migrations. */
async function older(name: string, count: number, work: (knex: Knex) => Promise<unknown>): Promise<void> {
  await server.createdb(name)
  const { knex, close } = open(server.as('owner', name))
  const getMigrations = async () => (await migrationSource.getMigrations([])).slice(0, count)
  await knex.migrate.latest({ migrationSource: { ...migrationSource, getMigrations } })
  await work(knex)
  await close()
}

describe('npm run schema -- print', () => {
  it('makes what the migrations make, in one transaction', async () => {
    const sql = await printed({}, 'print')
    await server.createdb('printed')
    await expect(server.psql('printed', `${sql.replace('commit;', '')}\nselect 1/0;`)).rejects.toThrow(/zero/)
    await server.psql('printed', sql)
    expect(await schemaOf('printed')).toBe(await schemaOf('migrated'))
    const { knex, close } = open(server.as('owner', 'printed'))
    expect(await knex('knex_migrations').orderBy('id').pluck('name')).toEqual(await migrationSource.getMigrations([]))
    expect(await knex('knex_migrations_lock').select('is_locked')).toEqual([{ is_locked: 0 }])
    expect(await schemaSql(knex)).toBe('')
    await close()
  })

  it('--pending makes of an older database what the migrations make, and says where nothing is to be done', async () => {
    await older('behind', 7, async () => {})
    await server.psql(
      'behind',
      await printed({ DATABASE_URL: urlOf(server.as('owner', 'behind')) }, 'print', '--pending'),
    )
    expect(await schemaOf('behind')).toBe(await schemaOf('migrated'))
    expect(await printed({ DATABASE_URL: urlOf(server.as('owner', 'behind')) }, 'print', '--pending')).toMatch(
      /^-- Nothing: the tables are those of Janus [\d.]+\.\n$/,
    )
  })

  it('--pending leaves indexes of a table that is used to statements which lock nobody out', async () => {
    const insert = (knex: Knex) =>
      knex('users').insert({
        ...{ id: newUser().id, username: 'early', email: 'early@example.com', full_name: '', role: 'user' },
        ...{ status: 'active', can_write: true, created_at: new Date(), updated_at: new Date() },
      })
    await older('used', 5, insert)
    const { knex, close } = open(server.as('owner', 'used'))
    const sql = await schemaSql(knex)
    const [inside = '', after = ''] = sql.split('\ncommit;\n')
    expect(inside).not.toContain('users_by_creation')
    expect(after).toContain('create index concurrently if not exists users_by_creation on users (')
    await server.psql('used', sql)
    expect(await schemaSql(knex)).toBe('')
    await close()
  })

  it('--pending is what a start names that may not make the tables', async () => {
    await server.createdb('bare')
    await server.psql('bare', 'grant usage on schema public to service')
    const janus = await start({ DATABASE_URL: urlOf(server.as('service', 'bare')) })
    expect((await janus.ended).code).toBe(1)
    expect(janus.stderr()).toMatch(/permission denied for schema public.*npm run schema -- print --pending/)
  })

  it.each(['print --all', 'grants'])('says how it is used: %s', async (line) => {
    expect(await runTool('schema', {}, line.split(' '))).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('the role of the service', { timeout: 120_000 }, () => {
  it('does everything with the grants that are printed', async () => {
    await makeGranted(server)
    expect(await printed({}, 'grants', 'service')).toContain(grantsTo('service'))
    expect(await denialsOf(server.as('service', 'granted'))).toEqual([])
  })

  it.each(['user', 'Janus', 'current_user', 'a"b', 'sch\u00f6n'])(
    'is granted them as %s, and nobody else is',
    async (role) => {
      const name = roleName(role)
      await server.run('psql', '-q', '-d', 'migrated', '-c', `create role ${name}`)
      try {
        await server.psql('migrated', grantsTo(role))
        const { knex, close } = open(server.as('owner', 'migrated'))
        const { rows } = await knex.raw(
          `select distinct grantee from information_schema.role_table_grants
         where table_name = 'users' and grantee <> 'owner'`,
        )
        await close()
        expect(rows).toEqual([{ grantee: role }])
      } finally {
        await server.run('psql', '-q', '-d', 'migrated', '-c', `drop owned by ${name}; drop role ${name}`)
      }
    },
  )

  it('is not everybody', async () => {
    const { code, stdout, stderr } = await runTool('schema', {}, ['grants', 'public'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^public is no role: everybody .*Name the role that serves\.\n$/)
  })

  it('serves as a process, whose tables another role makes and keeps up', async () => {
    await server.createdb('kept')
    const env = {
      DATABASE_URL: urlOf(server.as('service', 'kept')),
      MIGRATION_DATABASE_URL: urlOf(server.as('owner', 'kept')),
      ADMIN_PASSWORD: 'correct horse battery',
    }
    await migrate('kept')
    await server.psql('kept', `${grantsTo('service')}drop index users_by_id;`)
    const janus = await start(env)
    await janus.url
    const { knex, close } = open(server.as('owner', 'kept'))
    const there = async () => (await knex.raw("select to_regclass('users_by_id') is not null as there")).rows[0].there
    await expect.poll(there).toBe(true)
    await close()
    expect((await runTool('audit', env, ['prune'])).stdout).toMatch(/^Nothing of the audit trail is older than /)
    expect((await runTool('keys', env, ['rotate'])).code).toBe(0)
    expect(await janus.stop()).toEqual({ code: 0, signal: null })
    expect(janus.stdout()).not.toContain('guarded against slips alone')
    const { stderr } = await runTool('keys', { DATABASE_URL: env.DATABASE_URL }, ['rotate'])
    expect(stderr).toMatch(/permission denied for table signing_keys.*MIGRATION_DATABASE_URL/)
  })
})

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connection } from '../../src/store/connection.ts'
import { grantsTo } from '../../src/store/grants.ts'
import { buildIndexes } from '../../src/store/late-indexes.ts'
import { schemaSql } from '../../src/store/schema.ts'
import { reconcileCounters } from '../../src/store/users/counters.ts'
import { fillSearch } from '../../src/store/users/search-filling.ts'
import { reconcileNumbers } from '../../src/store/users/search-segments.ts'
import { sealerOf } from '../audit/support.ts'
import { goodRequest, operations } from '../contract/good-requests.ts'
import { newUser, open } from '../support/database.ts'
import { type Postgres15, startPostgres15 } from '../support/postgres15.ts'
import { startService } from '../support/service.ts'

export interface GuardedServer extends Postgres15 {
  /** A database of the role `owner`, on which `public` may do nothing. */
  createdb(name: string, template?: string): Promise<void>
  /** Runs SQL with psql, as the owner. */
  psql(name: string, sql: string): Promise<string>
  /** The database as one of both roles has it. */
  as(role: 'owner' | 'service', name: string): Connection
}

/** A PostgreSQL 15 with the role `owner`, and the role `service` that may do nothing yet. */
export async function startGuardedServer(): Promise<GuardedServer> {
  const server = await startPostgres15()
  const asSuperuser = (sql: string, database = 'postgres') => server.run('psql', '-q', '-d', database, '-c', sql)
  await asSuperuser('create role owner login; create role service login')
  const as = (role: string, name: string) => ({ ...(server.connection(name) as object), user: role }) as Connection
  return {
    ...server,
    as,
    async createdb(name, template = 'template0') {
      await server.run('createdb', '-O', 'owner', '-T', template, name)
      await asSuperuser('revoke all on schema public from public; grant all on schema public to owner', name)
      await asSuperuser(`revoke all on database ${name} from public; grant connect on database ${name} to service`)
    },
    async psql(name, sql) {
      const file = join(server.folder, `${name}.sql`)
      await writeFile(file, sql)
      const flags = ['-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-U', 'owner']
      return server.run('psql', ...flags, '-d', name, '-f', file)
    },
  }
}

/** The database `granted`: as printed, with the grants, and with numbers and counters to be put right. */
export async function makeGranted({ createdb, psql, as }: GuardedServer): Promise<void> {
  await createdb('granted')
  await psql('granted', `${await schemaSql()}\n${grantsTo('service')}`)
  const owner = open(as('owner', 'granted'))
  await owner.knex.raw("select setval('user_numbers', 70000)")
  await owner.store.users.insert(newUser())
  await owner.knex.raw("select setval('user_numbers', 1)")
  await owner.knex.raw('update user_counts set n = n + 3')
  await owner.close()
}

/**
 * What a role is denied in a life of the service: a start, every operation of the contract, logins
 * that fail, the sealing, the upkeep, and the reading of what a verification reads.
 */
export async function denialsOf(connection: Connection): Promise<string[]> {
  const denied: string[] = []
  const note = (error: unknown) => void denied.push(String((error as Error).message))
  const database = open(connection)
  try {
    await database.migrate()
    const service = await startService({ connection, loginAttempts: 2, rateLimitPerMinute: 0 })
    try {
      for (const operation of operations) {
        const { method, path, call } = await goodRequest(service, operation)
        const { status } = await service.call(method, path, call)
        if (status >= 400) denied.push(`${operation.id}: ${status}`)
      }
      const { username } = await service.makeUser()
      const { token } = await service.as('super_admin')
      for (const password of ['wrong', 'wrong', 'wrong']) {
        const { status } = await service.call('POST', '/auth:login', { json: { username, password } })
        if (status >= 500) denied.push(`a login that fails: ${status}`)
      }
      for (const path of [`/users:list?search=${username}`, '/users?sortBy=email&page=2', '/users?role=user'])
        if ((await service.call('GET', path, { token })).status !== 200) denied.push(path)
    } finally {
      await service.close().catch(note)
    }
    await database.store.audit.makePartitions(new Date(Date.UTC(2031, 4, 5)))
    const sealer = await sealerOf(database.store)
    await sealer.seal()
    sealer.failures.forEach(note)
    const { signal } = new AbortController()
    await reconcileNumbers(database.knex)
    await reconcileCounters(database.knex)
    await buildIndexes(database.knex, signal)
    await fillSearch(database.knex, { done: false }, signal)
  } catch (error) {
    note(error)
  } finally {
    await database.close()
  }
  return denied
}

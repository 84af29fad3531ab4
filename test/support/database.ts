import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import pg from 'pg'
import { readConfig } from '../../src/config.ts'
import type { Store } from '../../src/domain/store.ts'
import type { NewUser } from '../../src/domain/users/store.ts'
import type { User } from '../../src/domain/users/user.ts'
import type { Connection } from '../../src/store/connection.ts'
import { type Database, type DatabaseOptions, openDatabase } from '../../src/store/database.ts'

/** The migrated database that others are copied from, if whoever started the server has made it. */
export const templateName = 'janus_template'

/** Copies files instead of logging every block of them. */
const strategy = 'strategy file_copy'

/** The server that the tests run on: JSON of `{host, port, user, database}`, or a URL. */
export function testServer(): Connection {
  const server = process.env.JANUS_TEST_SERVER
  if (!server) throw new Error('JANUS_TEST_SERVER does not name a PostgreSQL server')
  return server.startsWith('{') ? JSON.parse(server) : server
}

/** A database of one's own, migrated and empty. */
export async function freshDatabase(): Promise<{ connection: Connection; close(): Promise<void> }> {
  const name = `janus_test_${randomBytes(6).toString('hex')}`
  const connection = databaseOn(testServer(), name)
  const copied = await onServer(async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [templateName])
    await client.query(`create database ${name} template ${rowCount ? templateName : 'template0'} ${strategy}`)
    return Boolean(rowCount)
  })
  if (!copied) await migrated(connection)
  return {
    connection,
    close: () => onServer(async (client) => void (await client.query(`drop database ${name} with (force)`))),
  }
}

/** A database without any table, with these options of `create database`. */
export async function emptyDatabase(options = ''): Promise<{ connection: Connection; close(): Promise<void> }> {
  const name = `janus_test_${randomBytes(6).toString('hex')}`
  await onServer((client) => client.query(`create database ${name} template template0 ${strategy} ${options}`))
  return {
    connection: databaseOn(testServer(), name),
    close: () => onServer(async (client) => void (await client.query(`drop database ${name} with (force)`))),
  }
}

/**
 * Empties all but the signing keys. Deleting is faster here than truncating, which makes new files
 * for every index.
 */
export async function truncateAll(knex: Knex): Promise<void> {
  // In this order: the first statement still counts.
  await knex.raw(
    `delete from users; delete from user_counts; delete from user_hours where slot >= 0;
     delete from login_failures; delete from known_prefixes`,
  )
}

/** Opens a database as the service does by default, without its warnings. */
export function open(connection: Connection, options: Partial<DatabaseOptions> = {}): Database {
  return openDatabase({ ...readConfig({}), log: { info: () => {}, warn: () => {} }, ...options, connection })
}

/** The same server, another database. */
export function databaseOn(server: Connection, database: string): Connection {
  if (typeof server !== 'string') return { ...server, database }
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}

/** Runs `work` with a connection to the server's own database. */
export async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const server = testServer()
  const client = new pg.Client(typeof server === 'string' ? { connectionString: server } : server)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

let made = 0

/**
 * A user for `store.users.insert`: number `n` of this process, each created a second after the one
 * before.
 */
export function newUser(given: Partial<NewUser> = {}): NewUser {
  const n = ++made
  return {
    id: `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`,
    username: `user-${n}`,
    email: `user-${n}@example.com`,
    fullName: '',
    role: 'user',
    status: 'active',
    canWrite: true,
    mustChangePassword: false,
    createdAt: new Date(1_760_000_000_000 + n * 1000),
    passwordHash: `hash-${n}`,
    ...given,
  }
}

/** Changes the user as it is now. */
export async function changeUser(store: Pick<Store, 'users'>, id: string, change: Change): Promise<User> {
  return store.users.change((await store.users.find(id)) ?? { id, username: '', email: '', fullName: '' }, change)
}

type Change = Parameters<Store['users']['change']>[1]

/** Makes the tables. */
export async function migrated(connection: Connection): Promise<void> {
  const database = open(connection)
  try {
    await database.migrate()
  } finally {
    await database.close()
  }
}

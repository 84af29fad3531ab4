import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { Store } from '../../src/domain/store.ts'
import type { Connection } from '../../src/store/connection.ts'
import type { Database } from '../../src/store/database.ts'
import { freshDatabase, open, truncateAll } from './database.ts'

type Home = Awaited<ReturnType<typeof freshDatabase>>

/** A database for a test file: there from its first test to its last, and emptied before each. */
export function ownDatabase(): { readonly database: Database; readonly store: Store; connection(): Connection } {
  let home: Home | undefined
  let opened: Database | undefined
  beforeAll(async () => {
    home = await freshDatabase()
    opened = open(home.connection)
  })
  beforeEach(() => truncateAll((opened as Database).knex))
  afterAll(async () => {
    await opened?.close()
    await home?.close()
  })
  return {
    database: later(() => opened as Database),
    store: later(() => (opened as Database).store),
    connection: () => (home as Home).connection,
  }
}

/** Stands for an object that is made only later. */
function later<T extends object>(get: () => T): T {
  return new Proxy({} as T, { get: (_, key) => Reflect.get(get(), key) })
}

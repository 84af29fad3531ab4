import type { Config } from '../config.ts'
import { type PostgresUrl, readPostgresUrl } from './postgres-url.ts'

type Databases = Pick<Config, 'databaseUrl' | 'migrationDatabaseUrl' | 'databaseReplicaUrls' | 'databasePasswordFile'>

/**
 * What says where the database is. A value is never shown: it may hold a password.
 *
 * @param text the value of a variable, if it has one
 */
export function databaseUrls(text: (name: string) => string | undefined, problems: string[]): Databases {
  const [databaseUrl, databasePasswordFile] = [text('DATABASE_URL'), text('DATABASE_PASSWORD_FILE')]
  const read = (name: string, url: string): PostgresUrl | undefined => {
    const found = readPostgresUrl(url)
    if (typeof found === 'string') {
      problems.push(`${name} must ${found} (its value is not shown: it may hold a password)`)
      return undefined
    }
    if (databasePasswordFile !== undefined && name !== 'MIGRATION_DATABASE_URL' && found.urls.some(holdsPassword))
      problems.push(`DATABASE_PASSWORD_FILE must not be set along with a password in ${name}`)
    return found
  }
  const migrationDatabaseUrl = text('MIGRATION_DATABASE_URL')
  for (const [name, url] of Object.entries({
    DATABASE_URL: databaseUrl,
    MIGRATION_DATABASE_URL: databaseUrl && migrationDatabaseUrl,
  })) {
    const target = url === undefined ? undefined : read(name, url)?.target
    if (target !== undefined && !/^(any|read-write|primary)$/.test(target))
      problems.push(`${name} must have any, read-write or primary as its target_session_attrs: the service writes`)
  }
  // A comma stands between the hosts of a URL too.
  const replicas = (text('DATABASE_REPLICA_URLS') ?? '').replace(/[\s,]+$/, '').split(/[\s,]+(?=postgres)/)
  const databaseReplicaUrls = (databaseUrl === undefined ? [] : replicas.filter(Boolean)).flatMap((url) => {
    const urls = read('DATABASE_REPLICA_URLS', url)?.urls ?? []
    if (urls.length > 1 || hasCommaInPath(url))
      problems.push(
        'DATABASE_REPLICA_URLS must be URLs of one host each, each with postgres:// and a comma between them; a comma in the name of a database is written as %2C',
      )
    return urls
  })
  for (const name of ['MIGRATION_DATABASE_URL', 'DATABASE_REPLICA_URLS', 'DATABASE_PASSWORD_FILE'])
    if (databaseUrl === undefined && text(name) !== undefined)
      problems.push(`${name} must not be set without DATABASE_URL`)
  return { databaseUrl, migrationDatabaseUrl, databaseReplicaUrls, databasePasswordFile }
}

const holdsPassword = (url: string) => /^[a-z]+:\/\/[^/?@]*:[^/?]+@|[?&]password=./.test(url)

/** The database of a standby would be looked for under what is rather the rest of the list. */
const hasCommaInPath = (url: string) => /^[a-z]+:\/\/[^/?]*\/[^?]*,/.test(url)

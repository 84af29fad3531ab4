import { isUnavailable } from './conflicts.ts'
import { DatabaseError } from './connection.ts'

/**
 * What a failure of the database at the start means for whoever starts the service, as one sentence
 * that says what to grant, write or create; undefined for what is none of the database's. Never the
 * URL, nor a password.
 */
export function explainDatabase(error: unknown): string | undefined {
  if (error instanceof DatabaseError) return error.message
  if (!(error instanceof Error)) return undefined
  const { code = '', severity, syscall } = error as NodeJS.ErrnoException & { severity?: string }
  // A file that is missing is another matter.
  if (syscall === 'open') return undefined
  const said = wordsOf(error) || code
  const { variable = 'DATABASE_URL' } = error as Misled
  const advice = advices.find(([codes, words]) => codes.test(code) && (words?.test(said) ?? true))?.[2]
  const isItsOwn = severity !== undefined && /^[0-9A-Z]{5}$/.test(code)
  if (!advice && !isItsOwn && !isUnavailable(error)) return undefined
  const whole =
    advice ?? `Check DATABASE_URL, and that the server runs${isItsOwn ? ` (PostgreSQL's code ${code})` : ''}.`
  return `The database cannot be used: ${said}. ${whole.replace(/(?<!_)DATABASE_URL/g, variable)}`
}

/** A failure of a connection that another variable than DATABASE_URL has led to. */
interface Misled {
  readonly variable?: string
}

/** Notes with a failure which variable has led to it, for `explainDatabase`. */
export function ledBy(variable: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof Error ? Object.assign(error, { variable }) : error
  }
}

/**
 * What the server or the driver says, on one line. Knex puts the query before it; a host of several
 * addresses has its failures in a list.
 */
export function wordsOf(error: Error): string {
  const { message } = error instanceof AggregateError ? (error.errors[0] as Error) : error
  return (message.split(' - ').at(-1) ?? '').trim().replace(/\s+/g, ' ').replace(/\.$/, '')
}

const none = /^$/
const extension = /pg_trgm/
const certificate =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|CERT_\w+|ERR_TLS_CERT_\w+)$/

/**
 * The first that fits. Codes are of PostgreSQL, Node or the driver; words are needed where one code
 * has several causes, and then of no language where that can be.
 */
const advices: readonly [code: RegExp, words: RegExp | undefined, advice: string][] = [
  [/^42501$/, extension, 'Let a superuser run in this database: create extension pg_trgm'],
  [
    /^(58P01|0A000)$/,
    extension,
    "Install the server's contrib package (postgresql-contrib), or add pg_trgm to the extensions that its provider allows.",
  ],
  [
    /^42704$/,
    /gin_trgm_ops/,
    'The extension pg_trgm lies in a schema that is not searched. Run in this database: alter extension pg_trgm set schema public',
  ],
  [
    /^3F000$/,
    undefined,
    'The search_path of the role names no schema that is there for it. Create the schema, or run: alter role … reset search_path; or grant usage on schema public to …',
  ],
  [/^42501$/, /database/i, 'Grant it to the role of DATABASE_URL: grant connect on database … to …'],
  [
    /^42501$/,
    /schema/i,
    'Let its owner run in this database: grant usage, create on schema public to … (the role of DATABASE_URL), or let the role own the database: alter database … owner to …; or let the owner of the tables run what npm run schema -- print --pending prints.',
  ],
  [
    /^42501$/,
    undefined,
    'Its tables belong to another role. Run as that one what npm run -s schema -- grants ROLE prints, ROLE being that of DATABASE_URL; and unless MIGRATION_DATABASE_URL names their owner, first what npm run -s schema -- print --pending does.',
  ],
  [
    /^42(P07|710|723)$/,
    undefined,
    'It is of another program or role. Give the service a database of its own (create database …), or use the role that owns its tables.',
  ],
  [
    /^42P01$/,
    undefined,
    'Its tables are not here: MIGRATION_DATABASE_URL has to name the same database as DATABASE_URL.',
  ],
  [/^3D000$/, undefined, 'Make it (create database …), or name another one at the end of DATABASE_URL.'],
  [/^28000$/, /DATABASE_PASSWORD_FILE/, 'Put the password there, in a file that whoever runs the service may read.'],
  [
    /^28000$/,
    /certificate/,
    'The server asks for a certificate of this role: add &sslcert=/path/to/own.pem&sslkey=/path/to/own.key to DATABASE_URL.',
  ],
  [
    /^28P01$/,
    undefined,
    'Put the right user and password into DATABASE_URL, special characters percent-encoded, or the password into the file of DATABASE_PASSWORD_FILE.',
  ],
  [
    /^28...$/,
    undefined,
    'Create the role (create role … login), or let it in by a line of pg_hba.conf; where that asks for TLS, add ?sslmode=verify-full to DATABASE_URL.',
  ],
  [none, /password must be a/, 'The server asks for a password: put one into DATABASE_URL.'],
  [none, /does not support SSL/, 'Leave sslmode out of DATABASE_URL, or switch TLS on at the server (ssl = on).'],
  [
    certificate,
    undefined,
    'Its certificate is not to be trusted: add &sslrootcert=/path/to/ca.pem to DATABASE_URL, or name the host as the certificate does.',
  ],
  [
    /^(ERR_SSL_\w+|EPROTO)$/,
    undefined,
    'TLS does not come about: check sslmode in DATABASE_URL, and the certificates that it names.',
  ],
  [/^53100$/, undefined, 'Free space on the disk of the database.'],
  [
    /^53300$/,
    undefined,
    'Raise max_connections of the server or the connection limit of the role, or lower DB_POOL_MAX of all instances.',
  ],
  [/^25006$/, undefined, 'It only reads, as a standby does. Point DATABASE_URL to the primary.'],
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    undefined,
    'The name of its host is unknown here. Check DATABASE_URL, and that the server runs.',
  ],
]

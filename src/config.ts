import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { adminPassword } from './config/admin-password.ts'
import { databaseUrls } from './config/database-urls.ts'
import { readEnvFile } from './config/env-file.ts'
import { ConfigError } from './config/error.ts'
import { isOrigin, publicUrlOf } from './config/web-address.ts'
import { hashConcurrency } from './domain/passwords/hash-queue.ts'

/** Everything that can be set from outside; see the table in README.md. */
export interface Config {
  readonly host: string
  readonly port: number
  /** Processes that serve; with one, it is the only process. */
  readonly workers: number
  /** Undefined: the embedded Postgres. It may name several hosts. */
  readonly databaseUrl: string | undefined
  /** Of standbys, which lists and the like are read from. */
  readonly databaseReplicaUrls: readonly string[]
  /** Holds the password of URLs that have none, and is read at each connect. */
  readonly databasePasswordFile: string | undefined
  /**
   * Where the tables are made and kept up, as their owner and without a pooler; undefined:
   * `databaseUrl`.
   */
  readonly migrationDatabaseUrl: string | undefined
  readonly dataDir: string
  readonly admin: {
    readonly username: string
    readonly email: string
    /** Undefined: one is made, and shown once. */
    readonly password: string | undefined
    readonly role: 'admin' | 'super_admin'
  }
  readonly logLevel: string
  readonly bcryptCost: number
  /** Hashes at once: one thread of libuv's pool stays free. */
  readonly hashConcurrency: number
  readonly hashQueue: number
  /** Seconds. */
  readonly accessTokenTtl: number
  /** Seconds. */
  readonly refreshTokenTtl: number
  /** Seconds without a use after which a session ends. */
  readonly sessionIdleSeconds: number
  /** Seconds after its login at which it ends. */
  readonly sessionMaxSeconds: number
  readonly sessionsPerUser: number
  /** Requests per user; 0 for no limit. */
  readonly rateLimitPerMinute: number
  /** Failed logins per account and prefix; 0 for no limit of any kind. */
  readonly loginAttempts: number
  readonly loginWindowSeconds: number
  /** Consecutive failed logins per account, after which strangers are slowed; 0 for none. */
  readonly loginCeiling: number
  /** Accounts at which one prefix may fail in a window; 0 for no limit. */
  readonly loginAccountsPerPrefix: number
  /** Whether one's own email is changed together with the current password alone. */
  readonly emailChangeNeedsPassword: boolean
  /** How long a connection without a request is kept, in seconds. */
  readonly keepAliveSeconds: number
  /** How long a stopping process goes on serving while `/ready` answers 503, in seconds. */
  readonly shutdownDelaySeconds: number
  readonly corsOrigins: readonly string[]
  /**
   * Number of proxies in front: so many addresses of X-Forwarded-For, from the right, are theirs.
   */
  readonly trustProxy: number
  /**
   * Where clients reach the service, without a slash at the end; undefined: only they know. What
   * `Host` says is never believed.
   */
  readonly publicUrl: string | undefined
  readonly tokenIssuer: string
  readonly tokenAudience: string
  readonly tokenClientId: string
  readonly keyEncryptionKey: string | undefined
  /** Bytes. */
  readonly bodyLimit: number
  readonly checkResponses: boolean
  /** Days that the audit trail is kept at least; 0 for ever. */
  readonly auditDays: number
  /**
   * Connections at most, of each process, of which one user has a third; all processes together
   * must leave the server some.
   */
  readonly dbPoolMax: number
  readonly dbStatementTimeoutMs: number
  /** Whether statements stay prepared on their connections. */
  readonly dbPrepared: boolean
}

export { ConfigError }

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The environment of the process, over what stands in `.env`.
 *
 * @param warn is told of values that may have been meant otherwise, by name alone
 * @throws ConfigError when there is a `.env` that cannot be read
 */
export function processEnvironment(warn: (line: string) => void): Environment {
  const { values, cut } = readEnvFile('.env')
  // Into the process itself: libuv takes UV_THREADPOOL_SIZE from there.
  for (const [name, value] of Object.entries(values)) process.env[name] ??= value
  for (const name of cut)
    if (process.env[name] === values[name])
      warn(
        `.env: the value of ${name} ends before the "#", which begins a remark. Put the value in quotes if the "#" belongs to it.`,
      )
  return process.env
}

/** @throws ConfigError */
export function readConfig(env: Environment): Config {
  const problems: string[] = []

  /** An empty variable counts as unset: that is how composed environments leave one out. */
  function text(name: string): string | undefined
  function text(name: string, fallback: string): string
  function text(name: string, fallback?: string): string | undefined {
    return env[name]?.trim() || fallback
  }
  function count(name: string, fallback: number, [least, most]: [number, number], remark = ''): number {
    const given = text(name)
    if (given === undefined) return fallback
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN
    if (value >= least && value <= most) return value
    problems.push(`${name} must be a whole number from ${least} to ${most}${remark}, not "${given}"`)
    return fallback
  }
  function choice<T extends string>(name: string, fallback: T, choices: readonly T[]): T {
    const given = text(name, fallback) as T
    if (choices.includes(given)) return given
    problems.push(`${name} must be one of ${choices.join(', ')}, not "${given}"`)
    return fallback
  }
  function matching(name: string, fallback: string, pattern: RegExp, what: string): string {
    const given = text(name, fallback)
    if (!pattern.test(given)) problems.push(`${name} must be ${what}, not "${given}"`)
    return given
  }

  const databases = databaseUrls(text, problems)
  const password = adminPassword(env, problems)
  const corsOrigins = (text('CORS_ORIGINS') ?? '').split(',').map((origin) => origin.trim())
  for (const origin of corsOrigins)
    if (origin && !isOrigin(origin))
      problems.push(
        `CORS_ORIGINS must list origins like https://app.example.com or capacitor://localhost, not "${origin}"`,
      )

  const config: Config = {
    host: text('HOST', '127.0.0.1'),
    port: count('PORT', 6006, [0, 65535]),
    workers: text('WORKERS') === 'auto' ? availableParallelism() : count('WORKERS', 1, [1, 256], ', or auto'),
    ...databases,
    dataDir: text('DATA_DIR', '.data'),
    admin: {
      username: matching('ADMIN_USERNAME', 'admin', /^[A-Za-z0-9_.-]{3,50}$/, '3 to 50 of A-Z a-z 0-9 _ . -'),
      email: text('ADMIN_EMAIL')
        ? matching('ADMIN_EMAIL', '', emailPattern(), 'an ASCII email address')
        : 'admin@example.com',
      password,
      role: choice('ADMIN_ROLE', 'admin', ['admin', 'super_admin']),
    },
    logLevel: choice('LOG_LEVEL', 'info', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    bcryptCost: count('BCRYPT_COST', 12, [10, 15]),
    hashConcurrency: hashConcurrency(count('UV_THREADPOOL_SIZE', 4, [1, 1024])),
    hashQueue: count('HASH_QUEUE', 256, [1, 100_000]),
    accessTokenTtl: count('ACCESS_TOKEN_TTL', 3600, [1, 86_400], ' (seconds)'),
    refreshTokenTtl: count('REFRESH_TOKEN_TTL', 604_800, [1, 31_536_000], ' (seconds)'),
    sessionIdleSeconds: count('SESSION_IDLE_SECONDS', 604_800, [300, 31_536_000], ' (seconds)'),
    sessionMaxSeconds: count('SESSION_MAX_SECONDS', 2_592_000, [300, 31_536_000], ' (seconds)'),
    sessionsPerUser: count('SESSIONS_PER_USER', 100, [1, 1000]),
    rateLimitPerMinute: count('RATE_LIMIT_PER_MINUTE', 6000, [0, 1_000_000], ' (0 for no limit)'),
    loginAttempts: count('LOGIN_ATTEMPTS', 5, [0, 100], ' (0 for no limit)'),
    loginWindowSeconds: count('LOGIN_WINDOW_SECONDS', 900, [1, 86_400], ' (seconds)'),
    loginCeiling: count('LOGIN_CEILING', 100, [0, 100_000], ' (0 for none)'),
    loginAccountsPerPrefix: count('LOGIN_ACCOUNTS_PER_PREFIX', 50, [0, 100_000], ' (0 for no limit)'),
    emailChangeNeedsPassword: choice('EMAIL_CHANGE_NEEDS_PASSWORD', 'off', ['on', 'off']) === 'on',
    keepAliveSeconds: count('KEEP_ALIVE_SECONDS', 65, [1, 3600], ' (seconds)'),
    shutdownDelaySeconds: count('SHUTDOWN_DELAY_SECONDS', 0, [0, 300], ' (seconds)'),
    corsOrigins: corsOrigins.filter(Boolean),
    publicUrl: publicUrlOf(text('PUBLIC_URL'), problems),
    trustProxy: count('TRUST_PROXY', 0, [0, 16], ' (proxies in front)'),
    tokenIssuer: text('TOKEN_ISSUER', 'janus'),
    tokenAudience: text('TOKEN_AUDIENCE', 'janus'),
    tokenClientId: text('TOKEN_CLIENT_ID', 'janus'),
    keyEncryptionKey: text('KEY_ENCRYPTION_KEY'),
    bodyLimit: bytes(text('BODY_LIMIT', '100kb'), problems),
    checkResponses: choice('CHECK_RESPONSES', env.NODE_ENV === 'production' ? 'off' : 'on', ['on', 'off']) === 'on',
    auditDays: count('AUDIT_DAYS', 400, [0, 36_500], ' (0 keeps all)'),
    dbPoolMax: count('DB_POOL_MAX', 10, [1, 1000]),
    dbStatementTimeoutMs: count('DB_STATEMENT_TIMEOUT_MS', 5000, [100, 600_000], ' (milliseconds)'),
    dbPrepared: choice('DB_PREPARED', 'on', ['on', 'off']) === 'on',
  }
  if (problems.length > 0)
    throw new ConfigError(`The configuration is wrong:\n${problems.map((p) => `  - ${p}`).join('\n')}`)
  return config
}

/**
 * What the contract takes for one: its pattern, its length, and of its `format` what the pattern
 * leaves open.
 */
function emailPattern(): RegExp {
  const contract = JSON.parse(readFileSync(new URL('../generated/openapi.json', import.meta.url), 'utf8'))
  const { pattern, minLength, maxLength } = contract.components.schemas.NewEmail
  return new RegExp(`^(?=.{${minLength},${maxLength}}$)(?!.*\\.\\.)${pattern.slice(1)}`)
}

const units = { b: 1, kb: 1024, mb: 1024 * 1024 }

function bytes(given: string, problems: string[]): number {
  const [, number, unit = 'b'] = /^(\d{1,7})(b|kb|mb)?$/.exec(given.toLowerCase()) ?? []
  const value = Number(number) * units[unit as keyof typeof units]
  if (value >= 1024 && value <= 16 * units.mb) return value
  problems.push(`BODY_LIMIT must be a size from 1kb to 16mb, like 100kb, not "${given}"`)
  return 100 * units.kb
}

const manifest: { name: string; version: string } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
)

/** The product's name and version, as `/health` tells them. */
export const product = { name: manifest.name, version: manifest.version }

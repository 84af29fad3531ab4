import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseEnvFile } from '../../src/config/env-file.ts'
import { type Config, ConfigError, type Environment, product, readConfig } from '../../src/config.ts'

/** What is told of this environment. */
function complaint(env: Environment): string {
  try {
    readConfig(env)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  throw new Error(`nothing is wrong with ${JSON.stringify(env)}`)
}

const folder = mkdtempSync(join(tmpdir(), 'janus-config-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0

/** The path of a new file with this text. */
function fileOf(text: string): string {
  const path = join(folder, String(++files))
  writeFileSync(path, text)
  return path
}

const defaults: Config = {
  host: '127.0.0.1',
  port: 6006,
  workers: 1,
  databaseUrl: undefined,
  databaseReplicaUrls: [],
  databasePasswordFile: undefined,
  migrationDatabaseUrl: undefined,
  dataDir: '.data',
  admin: { username: 'admin', email: 'admin@example.com', password: undefined, role: 'admin' },
  logLevel: 'info',
  bcryptCost: 12,
  hashConcurrency: 3,
  hashQueue: 256,
  accessTokenTtl: 3600,
  refreshTokenTtl: 604_800,
  sessionIdleSeconds: 604_800,
  sessionMaxSeconds: 2_592_000,
  sessionsPerUser: 100,
  rateLimitPerMinute: 6000,
  loginAttempts: 5,
  loginWindowSeconds: 900,
  loginCeiling: 100,
  loginAccountsPerPrefix: 50,
  emailChangeNeedsPassword: false,
  keepAliveSeconds: 65,
  shutdownDelaySeconds: 0,
  corsOrigins: [],
  trustProxy: 0,
  publicUrl: undefined,
  tokenIssuer: 'janus',
  tokenAudience: 'janus',
  tokenClientId: 'janus',
  keyEncryptionKey: undefined,
  bodyLimit: 102_400,
  checkResponses: true,
  auditDays: 400,
  dbPoolMax: 10,
  dbStatementTimeoutMs: 5000,
  dbPrepared: true,
}

/** Good values by variable: what is given, where it goes and what it becomes. */
const good: [name: string, given: string, at: keyof Config | `admin.${string}`, value: unknown][] = [
  ['HOST', '::', 'host', '::'],
  ['PORT', '0', 'port', 0],
  ['PORT', '65535', 'port', 65_535],
  ['DATABASE_URL', 'postgres://janus:pw@db:5432/janus', 'databaseUrl', 'postgres://janus:pw@db:5432/janus'],
  ['DATABASE_URL', 'postgresql:///janus?host=/run/pg', 'databaseUrl', 'postgresql:///janus?host=/run/pg'],
  [
    'DATABASE_URL',
    'postgres://janus:p%2Fw@/janus?host=/run/pg',
    'databaseUrl',
    'postgres://janus:p%2Fw@/janus?host=/run/pg',
  ],
  [
    'DATABASE_URL',
    'postgres://janus@a:5432,b/janus?target_session_attrs=read-write',
    'databaseUrl',
    'postgres://janus@a:5432,b/janus?target_session_attrs=read-write',
  ],
  ['DATA_DIR', '/var/lib/janus', 'dataDir', '/var/lib/janus'],
  ['WORKERS', '2', 'workers', 2],
  ['WORKERS', 'auto', 'workers', availableParallelism()],
  ['ADMIN_USERNAME', 'Root.user_1-x', 'admin.username', 'Root.user_1-x'],
  ['ADMIN_EMAIL', 'root@corp.example', 'admin.email', 'root@corp.example'],
  [
    'ADMIN_EMAIL',
    `${'a'.repeat(64)}@${'b'.repeat(63)}.Example`,
    'admin.email',
    `${'a'.repeat(64)}@${'b'.repeat(63)}.Example`,
  ],
  ['ADMIN_PASSWORD', '12345678', 'admin.password', '12345678'],
  ['ADMIN_PASSWORD', ' keeps its spaces ', 'admin.password', ' keeps its spaces '],
  ['ADMIN_PASSWORD', '🔑'.repeat(128), 'admin.password', '🔑'.repeat(128)],
  ['ADMIN_PASSWORD_FILE', fileOf('of a file '), 'admin.password', 'of a file '],
  ['ADMIN_PASSWORD_FILE', fileOf('of a file\n'), 'admin.password', 'of a file'],
  ['ADMIN_PASSWORD_FILE', fileOf('of a file\r\n'), 'admin.password', 'of a file'],
  ['ADMIN_PASSWORD_FILE', fileOf('\ufeffof a file\n'), 'admin.password', 'of a file'],
  ['ADMIN_ROLE', 'super_admin', 'admin.role', 'super_admin'],
  ...['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map(
    (level) => ['LOG_LEVEL', level, 'logLevel', level] as (typeof good)[number],
  ),
  ['BCRYPT_COST', '10', 'bcryptCost', 10],
  ['BCRYPT_COST', '15', 'bcryptCost', 15],
  ['UV_THREADPOOL_SIZE', '16', 'hashConcurrency', 15],
  ['UV_THREADPOOL_SIZE', '1', 'hashConcurrency', 1],
  ['HASH_QUEUE', '1', 'hashQueue', 1],
  ['ACCESS_TOKEN_TTL', '60', 'accessTokenTtl', 60],
  ['REFRESH_TOKEN_TTL', '86400', 'refreshTokenTtl', 86_400],
  ['RATE_LIMIT_PER_MINUTE', '0', 'rateLimitPerMinute', 0],
  ['LOGIN_ATTEMPTS', '0', 'loginAttempts', 0],
  ['EMAIL_CHANGE_NEEDS_PASSWORD', 'on', 'emailChangeNeedsPassword', true],
  ['SESSION_IDLE_SECONDS', '900', 'sessionIdleSeconds', 900],
  ['SESSION_MAX_SECONDS', '86400', 'sessionMaxSeconds', 86_400],
  ['SESSIONS_PER_USER', '1', 'sessionsPerUser', 1],
  ['LOGIN_WINDOW_SECONDS', '60', 'loginWindowSeconds', 60],
  ['LOGIN_CEILING', '0', 'loginCeiling', 0],
  ['LOGIN_ACCOUNTS_PER_PREFIX', '0', 'loginAccountsPerPrefix', 0],
  ['KEEP_ALIVE_SECONDS', '1', 'keepAliveSeconds', 1],
  ['KEEP_ALIVE_SECONDS', '3600', 'keepAliveSeconds', 3600],
  ['SHUTDOWN_DELAY_SECONDS', '300', 'shutdownDelaySeconds', 300],
  ['CORS_ORIGINS', 'https://a.example', 'corsOrigins', ['https://a.example']],
  [
    'CORS_ORIGINS',
    ' https://a.example , http://localhost:3000,',
    'corsOrigins',
    ['https://a.example', 'http://localhost:3000'],
  ],
  ...[
    'capacitor://localhost',
    'tauri://localhost',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'app+dev.x-1://host:8100',
    'http://[::1]:3000',
  ].map((origin) => ['CORS_ORIGINS', origin, 'corsOrigins', [origin]] as (typeof good)[number]),
  ['PUBLIC_URL', 'https://example.com', 'publicUrl', 'https://example.com'],
  ['PUBLIC_URL', 'http://localhost:8080/', 'publicUrl', 'http://localhost:8080'],
  ['PUBLIC_URL', 'HTTPS://Example.com:443/a/user-service/', 'publicUrl', 'https://example.com/a/user-service'],
  ['PUBLIC_URL', 'http://[::1]:8080/x%20y', 'publicUrl', 'http://[::1]:8080/x%20y'],
  ['PUBLIC_URL', 'https://müller.example/a/../b', 'publicUrl', 'https://xn--mller-kva.example/b'],
  ['TRUST_PROXY', '2', 'trustProxy', 2],
  ['TOKEN_ISSUER', 'https://id.example', 'tokenIssuer', 'https://id.example'],
  ['TOKEN_AUDIENCE', 'shop', 'tokenAudience', 'shop'],
  ['TOKEN_CLIENT_ID', 'web', 'tokenClientId', 'web'],
  ['KEY_ENCRYPTION_KEY', 'open sesame', 'keyEncryptionKey', 'open sesame'],
  ['BODY_LIMIT', '1kb', 'bodyLimit', 1024],
  ['BODY_LIMIT', '2048', 'bodyLimit', 2048],
  ['BODY_LIMIT', '2048b', 'bodyLimit', 2048],
  ['BODY_LIMIT', '16MB', 'bodyLimit', 16 * 1024 * 1024],
  ['CHECK_RESPONSES', 'off', 'checkResponses', false],
  ['NODE_ENV', 'production', 'checkResponses', false],
  ['AUDIT_DAYS', '0', 'auditDays', 0],
  ['DB_POOL_MAX', '1', 'dbPoolMax', 1],
  ['DB_STATEMENT_TIMEOUT_MS', '100', 'dbStatementTimeoutMs', 100],
  ['DB_PREPARED', 'off', 'dbPrepared', false],
]

const bad: [name: string, given: string][] = [
  ['DATABASE_URL', 'postgres://janus@localhost/janus?sslmode=bogus'],
  ['PORT', '65536'],
  ['LOGIN_CEILING', '-1'],
  ['LOGIN_ACCOUNTS_PER_PREFIX', 'many'],
  ['PORT', '-1'],
  ['PORT', '80.5'],
  ['PORT', '1e3'],
  ['PORT', '0x50'],
  ['PORT', 'http'],
  ['WORKERS', '0'],
  ['WORKERS', '257'],
  ['WORKERS', 'all'],
  ['DATABASE_URL', 'mysql://localhost/janus'],
  ['DATABASE_URL', 'localhost:5432'],
  ['DATABASE_URL', 'postgres://janus:pass/word@db/janus'],
  ['DATABASE_URL', 'postgres://janus:pw@db:port/janus'],
  ['DATABASE_URL', 'postgres://janus:100%@db/janus'],
  ['DATABASE_URL', 'postgres://janus:%ff@db/janus'],
  ['DATABASE_URL', 'postgres://janus:1#23@db/janus'],
  ['DATABASE_URL', 'postgres://janus@a,,b/janus'],
  ['DATABASE_URL', 'postgres://janus@a:x,b/janus'],
  ['DATABASE_URL', 'postgres://janus@/janus?host=a,b,c&port=1,2'],
  ['DATABASE_URL', 'postgres://janus@a,b/janus?target_session_attrs=standby'],
  ['DATABASE_URL', 'postgres://janus@a/janus?port=abc'],
  ['DATABASE_REPLICA_URLS', 'mysql://b/janus'],
  ['MIGRATION_DATABASE_URL', 'postgres://alone@db/janus'],
  ['MIGRATION_DATABASE_URL', 'mysql://localhost/janus'],
  ['ADMIN_USERNAME', 'ab'],
  ['ADMIN_USERNAME', 'two words'],
  ['ADMIN_USERNAME', "o'brien"],
  ['ADMIN_USERNAME', 'x'.repeat(51)],
  ['ADMIN_EMAIL', 'nobody'],
  ['ADMIN_EMAIL', 'a@b'],
  ['ADMIN_EMAIL', 'a b@example.com'],
  ['ADMIN_EMAIL', 'übung@example.com'],
  ['ADMIN_EMAIL', 'a..b@example.com'],
  ['ADMIN_EMAIL', `${'a'.repeat(65)}@example.com`],
  ['ADMIN_EMAIL', `a@${'b'.repeat(64)}.com`],
  ['ADMIN_EMAIL', `a@${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}.${'w'.repeat(60)}.example.com`],
  ['ADMIN_PASSWORD', '1234567'],
  ['ADMIN_PASSWORD', 'x'.repeat(129)],
  // Eight code points as typed, four as they are hashed.
  ['ADMIN_PASSWORD', 'e\u0301'.repeat(4)],
  ['ADMIN_PASSWORD_FILE', '/no/such/file'],
  ['ADMIN_PASSWORD_FILE', tmpdir()],
  ['ADMIN_PASSWORD_FILE', fileOf('\n')],
  ['ADMIN_PASSWORD_FILE', fileOf('1234567\n')],
  ['ADMIN_ROLE', 'manager'],
  ['LOG_LEVEL', 'loud'],
  ['BCRYPT_COST', '9'],
  ['BCRYPT_COST', '16'],
  ['UV_THREADPOOL_SIZE', '0'],
  ['HASH_QUEUE', '0'],
  ['ACCESS_TOKEN_TTL', '0'],
  ['ACCESS_TOKEN_TTL', '1h'],
  ['REFRESH_TOKEN_TTL', '0'],
  ['RATE_LIMIT_PER_MINUTE', '-1'],
  ['LOGIN_ATTEMPTS', '101'],
  ['EMAIL_CHANGE_NEEDS_PASSWORD', 'yes'],
  ['SESSION_IDLE_SECONDS', '299'],
  ['SESSION_MAX_SECONDS', '0'],
  ['SESSIONS_PER_USER', '0'],
  ['LOGIN_WINDOW_SECONDS', '0'],
  ['KEEP_ALIVE_SECONDS', '0'],
  ['KEEP_ALIVE_SECONDS', '3601'],
  ['SHUTDOWN_DELAY_SECONDS', '301'],
  ['SHUTDOWN_DELAY_SECONDS', '0.5'],
  ['CORS_ORIGINS', '*'],
  ['CORS_ORIGINS', 'https://a.example/'],
  ['CORS_ORIGINS', 'a.example'],
  ['CORS_ORIGINS', 'null'],
  ['CORS_ORIGINS', 'https://*.example'],
  ['CORS_ORIGINS', 'https://a.example:443'],
  ['CORS_ORIGINS', 'https://A.example'],
  ['CORS_ORIGINS', 'https://a.example https://b.example'],
  ['CORS_ORIGINS', 'https://user@a.example'],
  ['CORS_ORIGINS', 'capacitor://localhost/'],
  ['CORS_ORIGINS', 'capacitor://localhost?a'],
  ['CORS_ORIGINS', 'capacitor://local host'],
  ['CORS_ORIGINS', 'Capacitor://localhost'],
  ['CORS_ORIGINS', 'capacitor:localhost'],
  ['CORS_ORIGINS', 'file://'],
  ['PUBLIC_URL', 'example.com/users'],
  ['PUBLIC_URL', '/users'],
  ['PUBLIC_URL', 'ftp://example.com'],
  ['PUBLIC_URL', 'https://'],
  ['PUBLIC_URL', 'https://example.com/?'],
  ['PUBLIC_URL', 'https://example.com/?a=b'],
  ['PUBLIC_URL', 'https://example.com/#'],
  ['PUBLIC_URL', 'https://example.com/#a'],
  ['PUBLIC_URL', 'https://user:hunter2@example.com/'],
  ['PUBLIC_URL', 'https://example.com//users'],
  ['PUBLIC_URL', "https://example.com/';reboot'"],
  ['PUBLIC_URL', 'https://example.com/$(reboot)'],
  ['PUBLIC_URL', 'https://$HOME.example.com/'],
  ['PUBLIC_URL', `https://example.com/${'x'.repeat(200)}`],
  ['TRUST_PROXY', 'true'],
  ['TRUST_PROXY', '17'],
  ['BODY_LIMIT', '1023'],
  ['BODY_LIMIT', '17mb'],
  ['BODY_LIMIT', '1gb'],
  ['BODY_LIMIT', 'much'],
  ['CHECK_RESPONSES', 'true'],
  ['AUDIT_DAYS', '-1'],
  ['DB_POOL_MAX', '0'],
  ['DB_STATEMENT_TIMEOUT_MS', '99'],
  ['DB_PREPARED', 'yes'],
]

describe('the configuration', () => {
  it('needs nothing', () => {
    expect(readConfig({})).toEqual(defaults)
  })

  it('has the variables and the defaults of the table in README.md', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const told: Record<string, string> = {}
    for (const row of readme.split('\n').filter((line) => /^\| *`[A-Z_]+`/.test(line))) {
      const [names = [], values = []] = row
        .split('|')
        .slice(1, 3)
        .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] as string))
      for (const [index, name] of names.entries()) told[name] = values[index] ?? ''
    }
    expect(readConfig(told)).toEqual(defaults)
    // Everybody's.
    const others = ['NODE_ENV']
    // It stands beside DATABASE_URL alone.
    const names = new Set([...good, ...bad].map(([name]) => name)).add('DATABASE_PASSWORD_FILE')
    expect(Object.keys(told).toSorted()).toEqual([...names].filter((name) => !others.includes(name)).toSorted())
  })

  it.each(good)('takes %s=%s', (name, given, at, value) => {
    const config = readConfig({ [name]: given })
    const expected = at.startsWith('admin.')
      ? { ...defaults, admin: { ...defaults.admin, [at.slice(6)]: value } }
      : { ...defaults, [at]: value }
    expect(config).toEqual(expected)
  })

  it.each(bad)('refuses %s=%s, and names it', (name, given) => {
    const message = complaint({ [name]: given })
    expect(message).toMatch(/^The configuration is wrong:\n {2}- /)
    expect(message).toContain(`- ${name} must`)
    expect(message.split('\n')).toHaveLength(2)
  })

  it('tells every problem in one message', () => {
    const worst = Object.fromEntries(bad)
    const lines = complaint(worst).split('\n').slice(1)
    expect(lines).toHaveLength(Object.keys(worst).length)
    for (const name of Object.keys(worst))
      expect(
        lines.some((line) => line.startsWith(`  - ${name} `)),
        name,
      ).toBe(true)
  })

  it('takes an empty variable, or one of spaces, for one that is not set', () => {
    const names = new Set([...good, ...bad].map(([name]) => name))
    for (const empty of ['', '  ']) {
      const env = Object.fromEntries([...names].map((name) => [name, name === 'ADMIN_PASSWORD' ? '' : empty]))
      expect(readConfig(env)).toEqual(defaults)
    }
  })

  it('trims what people leave around a value', () => {
    expect(readConfig({ PORT: ' 8080 ', HOST: ' ::1\t', LOG_LEVEL: 'warn\r' })).toEqual({
      ...defaults,
      port: 8080,
      host: '::1',
      logLevel: 'warn',
    })
  })

  it('takes a database for the owner of the tables beside the one that it serves', () => {
    const [databaseUrl, migrationDatabaseUrl] = ['postgres://janus@pooler/janus', 'postgres://owner@db/janus']
    const env = { DATABASE_URL: databaseUrl, MIGRATION_DATABASE_URL: migrationDatabaseUrl }
    expect(readConfig(env)).toEqual({ ...defaults, databaseUrl, migrationDatabaseUrl })
  })

  it('checks answers in production when it is told to', () => {
    expect(readConfig({ NODE_ENV: 'production', CHECK_RESPONSES: 'on' }).checkResponses).toBe(true)
  })

  it('never repeats a secret', () => {
    const secret = 'hunter2-hunter2'
    const env = {
      DATABASE_URL: `mysql://root:${secret}@db/janus`,
      ADMIN_PASSWORD: secret.repeat(20),
      KEY_ENCRYPTION_KEY: secret,
      PUBLIC_URL: `https://root:${secret}@example.com`,
      PORT: 'wrong',
    }
    const message = complaint(env)
    expect(message).toContain('DATABASE_URL')
    expect(message).toContain('ADMIN_PASSWORD')
    expect(message).not.toContain('hunter2')
    expect(complaint({ DATABASE_URL: `postgres://root:${secret}/@db/janus` })).not.toContain('hunter2')
    expect(complaint({ ADMIN_PASSWORD: 'secret7' })).not.toContain('secret7')
  })
})

describe('where the database is', () => {
  const DATABASE_URL = 'postgres://janus@a,b/janus'

  it('goes on with standbys, whatever stands between them', () => {
    const b = 'postgres://janus@b:5433/janus'
    const c = 'postgresql://janus@c/janus?sslmode=verify-full'
    for (const DATABASE_REPLICA_URLS of [`${b},${c}`, `${b} ${c}`, ` ${b} ,\n${c} `, `${b},${c}, `])
      expect(readConfig({ DATABASE_URL, DATABASE_REPLICA_URLS }).databaseReplicaUrls).toEqual([b, c])
  })

  it('knows a standby as the driver reads it, with a comma in its database', () => {
    const DATABASE_REPLICA_URLS = 'postgres://janus@:5433/a%2Cb?host=c&host=b'
    expect(readConfig({ DATABASE_URL, DATABASE_REPLICA_URLS }).databaseReplicaUrls).toEqual([
      'postgres://janus@/a%2Cb?host=b&port=5433',
    ])
    expect(readConfig({ DATABASE_URL, DATABASE_REPLICA_URLS: ',' }).databaseReplicaUrls).toEqual([])
  })

  it.each([
    'postgres://b/janus, c/janus',
    'postgres://b/janus,c/janus?sslmode=require',
    'postgres://b/janus,,postgres:/c/janus',
  ])('is told of a list of standbys that is none: %s', (DATABASE_REPLICA_URLS) =>
    expect(complaint({ DATABASE_URL, DATABASE_REPLICA_URLS })).toContain('- DATABASE_REPLICA_URLS must '),
  )

  it.each(['postgres://b/janus?port=abc', 'postgres://b:65536/janus'])(
    'is told of a port that is none: %s',
    (wrong) => {
      const told = ['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'DATABASE_REPLICA_URLS']
      const said = complaint({ ...Object.fromEntries(told.map((name) => [name, wrong])) })
      for (const name of told) expect(said).toContain(`- ${name} must have ports from 1 to 65535`)
    },
  )

  it('is told in full when it is wrong, and never shown', () => {
    const DATABASE_PASSWORD_FILE = '/run/secrets/janus'
    const both = 'DATABASE_PASSWORD_FILE must not be set along with a password in'
    const withPassword = 'postgres://janus:hunter2@b/janus'
    expect(complaint({ DATABASE_URL: withPassword, DATABASE_PASSWORD_FILE })).toContain(`${both} DATABASE_URL`)
    const replicas = complaint({ DATABASE_URL, DATABASE_PASSWORD_FILE, DATABASE_REPLICA_URLS: withPassword })
    expect(replicas).toContain(`${both} DATABASE_REPLICA_URLS`)
    const several = complaint({ DATABASE_URL, DATABASE_REPLICA_URLS: 'postgres://janus:hunter2@b,c/janus' })
    expect(several).toContain('one host each')
    expect(complaint({ DATABASE_PASSWORD_FILE })).toContain('must not be set without DATABASE_URL')
    expect(complaint({ DATABASE_REPLICA_URLS: 'postgres://b' })).toContain('must not be set without DATABASE_URL')
    for (const said of [replicas, several]) expect(said).not.toContain('hunter2')
  })
})

describe('ADMIN_PASSWORD_FILE', () => {
  it('does not stand beside ADMIN_PASSWORD', () => {
    const env = { ADMIN_PASSWORD: 'long enough', ADMIN_PASSWORD_FILE: fileOf('long enough, too') }
    expect(complaint(env)).toContain('- ADMIN_PASSWORD_FILE must not be set along with ADMIN_PASSWORD')
  })
})

describe('a file .env', () => {
  const text = 'PORT=8080\nHOST="::1"\n'
  const values = { PORT: '8080', HOST: '::1' }

  it.each<[string, Uint8Array]>([
    ['no byte order mark', Buffer.from(text)],
    ['the mark of UTF-8', Buffer.from(`\ufeff${text}`)],
    ['the mark of UTF-16, as PowerShell writes it', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['the ends of lines of Windows', Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`)],
  ])('is read with %s', (_, bytes) => {
    expect(parseEnvFile(bytes)).toEqual({ values, cut: [] })
  })

  it.each<[line: string, value: string, isCut: boolean]>([
    ['ADMIN_PASSWORD=moonadmin12#', 'moonadmin12', true],
    ['ADMIN_PASSWORD=moon#admin12', 'moon', true],
    ['ADMIN_PASSWORD=#moonadmin12', '', true],
    ['ADMIN_PASSWORD=moon admin #12', 'moon admin', true],
    ['ADMIN_PASSWORD=moonadmin12#\r', 'moonadmin12', true],
    ['  export ADMIN_PASSWORD = moonadmin12#', 'moonadmin12', true],
    ["ADMIN_PASSWORD='moonadmin12#'", 'moonadmin12#', false],
    ['ADMIN_PASSWORD="moonadmin12#" # in quotes', 'moonadmin12#', false],
    ['ADMIN_PASSWORD=moonadmin12', 'moonadmin12', false],
    ['# ADMIN_PASSWORD=moonadmin12#', '', false],
    ['HOST=a#b', 'a', true],
    ['HOST=::1 # a remark', '::1', false],
    ['HOST= # a remark', '', false],
  ])('is told of where a "#" cuts a value: %s', (line, value, isCut) => {
    const name = line.includes('HOST') ? 'HOST' : 'ADMIN_PASSWORD'
    const read = parseEnvFile(Buffer.from(`${line}\nPORT=8080\n`))
    expect(read.values[name] ?? '').toBe(value)
    expect(read.values.PORT).toBe('8080')
    expect(read.cut).toEqual(isCut ? [name] : [])
  })
})

describe('the product', () => {
  it('has the name and version of the package', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    expect(product).toEqual({ name: manifest.name, version: manifest.version })
  })
})

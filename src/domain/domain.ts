import { randomBytes } from 'node:crypto'
import { createAudit } from './audit/audit.ts'
import { createExecute } from './command.ts'
import type { EventSink } from './events.ts'
import type { createIds } from './id.ts'
import type { Passwords } from './passwords/password.ts'
import { createReading, type Standbys } from './reading.ts'
import { createAccessTokens } from './sessions/access-token.ts'
import type { TokenTimes } from './sessions/key-life.ts'
import { createSessionLifetime } from './sessions/lifetime.ts'
import { createLoginLock } from './sessions/login-lock.ts'
import { createSessions } from './sessions/sessions.ts'
import type { SigningKeys } from './sessions/signing-keys.ts'
import type { Store } from './store.ts'
import { createAccount } from './users/account.ts'
import { countUsers } from './users/stats.ts'
import { createUsers } from './users/users.ts'

/** By the names that the configuration has for them; lives and windows in seconds. */
export interface DomainSettings extends TokenTimes {
  readonly sessionIdleSeconds: number
  readonly sessionMaxSeconds: number
  readonly sessionsPerUser: number
  readonly emailChangeNeedsPassword: boolean
  readonly tokenIssuer: string
  readonly tokenAudience: string
  readonly tokenClientId: string
  readonly loginAttempts: number
  readonly loginWindowSeconds: number
  readonly loginCeiling: number
  readonly loginAccountsPerPrefix: number
}

export interface DomainDeps {
  readonly settings: DomainSettings
  readonly store: Store
  readonly passwords: Passwords
  readonly keys: SigningKeys
  readonly publish: EventSink
  readonly standbys?: Standbys | undefined
  readonly newId: ReturnType<typeof createIds>
  readonly now: () => Date
  /** As of `UsersDeps`. */
  readonly pageDepth?: number | undefined
  /** As of `LoginLockDeps`; without it one of this process alone. */
  readonly nameKey?: Buffer | undefined
  /** Takes what is to be done once the last request is answered. */
  readonly onClose: (close: () => Promise<unknown>) => void
}

/** Everything that can be asked of the service, whatever the style. */
export function createDomain({
  settings,
  store,
  passwords,
  keys,
  publish,
  standbys,
  newId,
  now,
  pageDepth,
  nameKey = randomBytes(32),
  onClose,
}: DomainDeps) {
  const { tokenIssuer: issuer, tokenAudience: audience, tokenClientId: clientId } = settings
  const { emailChangeNeedsPassword: emailNeedsPassword, sessionsPerUser } = settings
  const { accessTokenTtl, refreshTokenTtl } = settings
  const accessTokens = createAccessTokens({ keys, issuer, audience, clientId, ttl: accessTokenTtl, now })
  const execute = createExecute({ store, now, publish, notesWrites: standbys !== undefined })
  const loginLock = createLoginLock({
    failures: store.loginFailures,
    execute,
    nameKey,
    attempts: settings.loginAttempts,
    windowSeconds: settings.loginWindowSeconds,
    ceiling: settings.loginCeiling,
    accountsPerPrefix: settings.loginAccountsPerPrefix,
    now,
  })
  const lifetime = createSessionLifetime({
    idleSeconds: settings.sessionIdleSeconds,
    maxSeconds: settings.sessionMaxSeconds,
    save: (uses) => store.sessions.noteUses(uses),
  })
  onClose(() => lifetime.flush())
  return {
    reading: createReading({ store, standbys, now }),
    sessions: createSessions({
      store,
      execute,
      passwords,
      accessTokens,
      keys,
      loginLock,
      newId,
      refreshTokenTtl,
      lifetime,
      sessionsPerUser,
      now,
    }),
    users: createUsers({
      store,
      execute,
      passwords,
      loginLock,
      newId,
      emailNeedsPassword,
      ...(pageDepth !== undefined && { pageDepth }),
    }),
    account: createAccount({ store, execute, passwords, loginLock, emailNeedsPassword }),
    stats: () => countUsers(now()),
    audit: createAudit(),
  }
}

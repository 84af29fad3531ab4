import { Agent, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Knex } from 'knex'
import type Koa from 'koa'
import pino from 'pino'
import type { ContractDocument } from '../../contract/document.ts'
import { type AppDeps, createApp } from '../../src/app.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { readSources } from '../../src/docs/sources.ts'
import { openAuditKey } from '../../src/domain/audit/keys.ts'
import { createSealer } from '../../src/domain/audit/sealer.ts'
import { createIds } from '../../src/domain/id.ts'
import { createPasswords, type PasswordSettings } from '../../src/domain/passwords/password.ts'
import { openSigningKeys, type SigningKeys } from '../../src/domain/sessions/signing-keys.ts'
import type { Store } from '../../src/domain/store.ts'
import type { NewUser } from '../../src/domain/users/store.ts'
import type { User } from '../../src/domain/users/user.ts'
import type { Connection } from '../../src/store/connection.ts'
import type { Database } from '../../src/store/database.ts'
import { type ContractCheck, checkReply } from './contract-check.ts'
import { type Notes, notes } from './contract-coverage.ts'
import { freshDatabase, open } from './database.ts'
import { secrets } from './secrets.ts'
import { watchSecrets } from './secrets-watch.ts'
import { type Call, type Reply, send, wireOf } from './wire.ts'

export { type Call, type Reply, send } from './wire.ts'

/** The password of everyone that `makeUser` makes, unless it is given another. */
export const password = 'correct horse battery'
export interface Service {
  readonly url: string
  readonly store: Store
  readonly knex: Knex
  readonly sql: Database['sql']
  readonly keys: SigningKeys
  /** What the service takes for the time: the real one, shifted. */
  readonly clock: {
    now: () => Date
    advance: (seconds: number) => void
    /**
     * To half a second after the next full minute: what is counted by the minute begins anew, and
     * not in between.
     */
    nextMinute: () => void
  }
  /** Every line of the log, parsed. */
  readonly logged: Record<string, any>[]
  /**
   * Sends a request and checks the reply, failures included, against the document. `path` goes over
   * the wire as it is.
   */
  call(method: string, path: string, call?: Call): Promise<Reply>
  /** Puts a user straight into the store. */
  makeUser(given?: Partial<NewUser> & { password?: string }): Promise<User>
  /** Logs in by the RPC style: the tokens. */
  login(username: string, secret?: string): Promise<{ access_token: string; refresh_token: string }>
  /** A user of this role, with an access token. */
  as(role: User['role'], given?: Partial<NewUser>): Promise<{ user: User; token: string; refresh: string }>
  /** Seals what waits in the audit trail, which a process does by itself. */
  seal(): Promise<void>
  /** Rejects where an answer or the log has had a secret that does not belong there. */
  close(): Promise<void>
}

/** What a service is to be, and against what its replies are held; ours, unless there is one. */
export interface Subject extends Pick<AppDeps, 'contract' | 'styles'> {
  readonly check?: Pick<ContractCheck, 'checkReply'>
  readonly noted?: Pick<Notes, 'noteCall'>
  /** That of the contract. */
  readonly document?: ContractDocument
}

/** The configuration's defaults, but for the checks of answers. */
export const settings: Config = {
  ...readConfig({}),
  // Off, so that a wrong answer reaches the checking client instead of becoming a 500.
  checkResponses: false,
}

/**
 * The whole service on a port and a database of its own, or on the one of `connection`; with cheap
 * password hashes, which the configuration would not allow.
 */
export async function startService(
  given: Partial<Config> & {
    connection?: Connection
    hashing?: Partial<PasswordSettings>
    subject?: Subject
    /** Stands between the service and its store. */
    between?: (store: Store) => Store
  } = {},
): Promise<Service> {
  const { connection, hashing, subject = {}, between = (store) => store, ...changed } = given
  const { contract, styles, check = { checkReply }, noted = notes } = subject
  const config = { ...settings, ...changed }
  const fresh = connection ? { connection, close: async () => {} } : await freshDatabase()
  const database = open(fresh.connection, config)
  let shift = 0
  const clock = {
    now: () => new Date(Date.now() + shift),
    advance: (seconds: number) => {
      shift += seconds * 1000
    },
    nextMinute: () => {
      shift += 60_500 - ((Date.now() + shift) % 60_000)
    },
  }
  const { store, knex, sql } = database
  const passwords = createPasswords({
    cost: 4,
    queue: 256,
    storedCost: () => store.users.highestHashCost(),
    ...hashing,
  })
  const keys = await openSigningKeys({ ...config, store, now: clock.now })
  const logged: Record<string, any>[] = []
  const keepLine = (line: string) => {
    secrets.scanLog(line)
    logged.push(JSON.parse(line))
  }
  let flush: () => Promise<unknown> = async () => {}
  const app = await createApp({
    ...(contract && { contract }),
    ...(styles && { styles }),
    settings: config,
    store: between(store),
    standbys: database.standbys,
    connections: database.connections,
    passwords,
    keys,
    product: { name: 'janus-users', version: '0.0.0' },
    docs: readSources,
    ready: () => database.ready(),
    log: pino({ level: 'trace' }, { write: keepLine }),
    now: clock.now,
    onClose: (close) => {
      flush = close
    },
  })
  const server = await listen(app)
  const agent = new Agent({ keepAlive: true })
  const { url } = server
  const newId = createIds({ now: clock.now })
  const hashes = new Map<string, Promise<string>>()
  let made = 0

  const service: Service = {
    url,
    store,
    knex,
    sql,
    keys,
    clock,
    logged,
    async call(method, path, call = {}) {
      const reply = await send(agent, url, method, path, call)
      const operation = check.checkReply(method, path.split('?')[0] as string, reply)
      const { body, headers } = wireOf(call)
      if (operation)
        await noted.noteCall(
          operation,
          { path, headers, body },
          reply,
          async (id) => (await store.users.find(id))?.role,
        )
      return reply
    },
    async makeUser({ password: secret = password, ...user } = {}) {
      if (!hashes.has(secret)) hashes.set(secret, passwords.hash(secret))
      const n = ++made
      secrets.learnPassword(secret)
      const names = { username: `person-${n}`, email: `person-${n}@example.com`, ...user }
      secrets.learnName(names.username)
      secrets.learnName(names.email)
      return store.users.insert({
        id: newId(),
        fullName: '',
        role: 'user',
        status: 'active',
        canWrite: true,
        mustChangePassword: false,
        createdAt: clock.now(),
        passwordHash: (await hashes.get(secret)) as string,
        ...names,
      })
    },
    async login(username, secret = password) {
      const { status, body } = await service.call('POST', '/auth:login', { json: { username, password: secret } })
      if (status !== 200) throw new Error(`login as ${username}: ${status} ${JSON.stringify(body)}`)
      return body
    },
    async as(role, user = {}) {
      const person = await service.makeUser({ ...user, role })
      const { access_token: token, refresh_token: refresh } = await service.login(person.username)
      return { user: person, token, refresh }
    },
    async seal() {
      const key = await openAuditKey({ store, now: clock.now })
      const ignore = () => {}
      await createSealer({ store, key, now: clock.now, onRoot: ignore, onFailure: ignore }).seal()
    },
    async close() {
      agent.destroy()
      await server.close()
      await flush()
      await database.close()
      await fresh.close()
      secrets.assertNone()
    },
  }
  return service
}

/** The app on a free port of this machine; whoever asks it, its answers are scanned for secrets. */
export async function listen(app: Koa): Promise<{ url: string; close(): Promise<void> }> {
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening))
  })
  watchSecrets(server)
  // A client that is busy would write into connections that Node closes after five seconds.
  server.keepAliveTimeout = 60_000
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

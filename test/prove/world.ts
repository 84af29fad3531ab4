import { Agent } from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import pino from 'pino'
import { failurePart } from '../../contract/document.ts'
import { createApp } from '../../src/app.ts'
import { readSources } from '../../src/docs/sources.ts'
import { openAuditKey } from '../../src/domain/audit/keys.ts'
import { createSealer } from '../../src/domain/audit/sealer.ts'
import { createIds } from '../../src/domain/id.ts'
import { createPasswords } from '../../src/domain/passwords/password.ts'
import { createAccessTokens } from '../../src/domain/sessions/access-token.ts'
import { openSigningKeys } from '../../src/domain/sessions/signing-keys.ts'
import type { Connection } from '../../src/store/connection.ts'
import { checkReply } from '../support/contract-check.ts'
import { ours } from '../support/contract-coverage.ts'
import { freshDatabase, open, truncateAll } from '../support/database.ts'
import { secrets } from '../support/secrets.ts'
import { listen, type Subject, send, settings } from '../support/service.ts'
import type { Reply } from '../support/wire.ts'
import { openClient } from './client.ts'
import { viaFetch } from './client-parts.ts'
import { compare, Divergence } from './divergence.ts'
import { type Fault, type Sent, withOverrides } from './fault.ts'
import { fill, type Names, rename } from './names.ts'
import type { Told } from './rules-audit.ts'
import { limits } from './rules-locks.ts'
import { lifetimes, sessionsPerUser } from './rules-sessions.ts'
import { pageDepth } from './rules-users.ts'
import { dawn, type User } from './state.ts'
import type { Tally } from './tally.ts'
import { checkTrail } from './trail.ts'
import type { Exchange } from './wire.ts'
import { userAgent } from './wire-parts.ts'

export type World = Awaited<ReturnType<typeof openWorld>>

/**
 * The whole service on a database of its own, whose clock stands still between two steps.
 *
 * @param clock `now` in milliseconds
 * @param fault a bug between the service and what it hangs on, or between it and this client
 * @param subject the service that it is; ours, unless there is another
 * @param tally has requests made by the typed client, where it can, and counts them
 */
export async function openWorld(clock: { now: number }, fault?: Fault, subject: Subject = {}, tally?: Tally) {
  const { contract, styles, check = { checkReply }, document = ours } = subject
  const now = () => new Date(clock.now)
  const home = await freshDatabase()
  await prepare(home.connection, fault?.sql)
  const database = open(home.connection, { dbPoolMax: 4 })
  const { store, knex } = database
  const keys = await openSigningKeys({ ...settings, store, now })
  const auditKey = await openAuditKey({ store, now })
  const fail = (error: unknown) => {
    throw error
  }
  const sealer = createSealer({ store, key: auditKey, now, onRoot: () => {}, onFailure: fail })
  const faulty = fault?.store
  const app = await createApp({
    ...(contract && { contract }),
    ...(styles && { styles }),
    settings: {
      ...settings,
      rateLimitPerMinute: 0,
      trustProxy: 1,
      loginAttempts: limits.attempts,
      loginWindowSeconds: limits.window,
      loginCeiling: limits.ceiling,
      loginAccountsPerPrefix: limits.accounts,
      accessTokenTtl: lifetimes.access,
      refreshTokenTtl: lifetimes.refresh,
      sessionIdleSeconds: lifetimes.idle,
      sessionMaxSeconds: lifetimes.max,
      sessionsPerUser,
    },
    connections: database.connections,
    store: faulty ? withOverrides(store, (own) => faulty(own, { sent, now: now() })) : store,
    passwords: createPasswords({ cost: 4, queue: 256 }),
    keys,
    product: { name: 'janus-users', version: '0.0.0' },
    docs: readSources,
    ready: () => database.ready(),
    log: pino({ level: 'silent' }),
    now,
    pageDepth,
  })
  const server = await listen(app)
  const agent = new Agent({ keepAlive: true })
  const newId = createIds({ now: () => new Date(dawn) })
  const names: Names = new Map()
  let rootSession = ''
  /** The last event of the audit trail that has been looked at. */
  let told = 0
  /** The newest request. */
  let sent: Sent = { method: '', path: '' }
  const viaAgent = (_: string, { method, path, authorization, body, headers: own }: Sent): Promise<Reply> => {
    const headers = { ...(authorization !== undefined && { Authorization: authorization }), ...own }
    return send(agent, server.url, method, path, { headers, ...(body !== undefined && { raw: body }) })
  }
  const deliver = async (request: Sent, carry = viaAgent): Promise<Reply> => {
    const carried = (asked: Sent) => {
      sent = fault?.request?.(asked) ?? asked
      return carry(server.url, { ...sent, headers: { 'user-agent': userAgent, ...sent.headers } })
    }
    const arrived = await carried(request)
    const again = () => carried({ ...request, authorization: fill(names, 'Bearer $ROOT') })
    return fault?.reply?.(arrived, request, again) ?? arrived
  }
  /** A request with the values of this run. */
  const filled = ({ method, path, authorization, headers, json, raw }: Exchange): Sent => {
    const body = json === undefined ? raw : fill(names, JSON.stringify(json))
    return {
      method,
      path: fill(names, path),
      ...(authorization !== undefined && { authorization: fill(names, authorization) }),
      ...(headers && { headers }),
      ...(body !== undefined && { body }),
    }
  }
  const client = tally && openClient(server.url, (request) => deliver(request, viaFetch), tally, fault)

  return {
    /** Empties the database but for the first administrator, whose session outlives every wait. */
    async reset({ username, email, fullName, role, canWrite }: User): Promise<void> {
      await truncateAll(knex)
      // What a sequence that went wrong has left; the trail is never emptied.
      await sealer.seal()
      told = (await store.audit.findLastRoot())?.lastNumber ?? 0
      names.clear()
      const [id, sessionId] = [newId(), newId()]
      rootSession = sessionId
      const person = {
        id,
        username,
        email,
        fullName,
        role,
        canWrite,
        mustChangePassword: false,
        status: 'active',
        createdAt: new Date(dawn),
      } as const
      await store.users.insert({ ...person, passwordHash: 'none' })
      const expiresAt = new Date(clock.now + century * 1000)
      await store.sessions.insert({ id: sessionId, userId: id, createdAt: now(), expiresAt })
      const { tokenIssuer: issuer, tokenAudience: audience, tokenClientId: clientId } = settings
      const { sign } = createAccessTokens({ keys, issuer, audience, clientId, ttl: century, now })
      rename(names, 'U0', id)
      names.set('ROOT', sign({ sub: id, sid: sessionId, jti: '0.proof', role, username, canWrite }).token)
    },

    /** Keeps the first administrator's session alive over a wait. */
    async wake(): Promise<void> {
      await knex('sessions').where({ id: rootSession }).update({ created_at: now(), last_used_at: now() })
    },

    /**
     * Sends a request and holds the answer against the contract and the prediction, then what the
     * client makes of it against the answer. @throws Divergence
     */
    async exchange(exchange: Exchange): Promise<void> {
      const request = filled(exchange)
      const { method } = request
      const told = await client?.ask(request)
      const reply = told ? told.reply : await deliver(request)
      if (!reply) throw new Divergence(exchange, told?.expected, told?.got)
      let operation: string | undefined
      try {
        operation = check.checkReply(method, request.path.split('?')[0] as string, reply)
      } catch (error) {
        throw new Divergence(exchange, 'an answer that the contract describes', (error as Error).message)
      }
      const part = (name: 'code' | 'reason') => failurePart<string>(document, operation ?? '', name, reply.body)
      compare(names, exchange, reply, part)
      if (told && !isDeepStrictEqual(told.got, told.expected))
        throw new Divergence(exchange, { told: told.expected }, { told: told.got })
    },

    /**
     * Has the client iterate the list of a request, where it can: that has to give what its answer
     * gives whole. @throws Divergence
     */
    async iterate(exchange: Exchange): Promise<void> {
      const whole = JSON.parse(fill(names, JSON.stringify(exchange.body)))
      const told = await client?.iterate(filled(exchange), whole)
      if (told && !isDeepStrictEqual(told.got, told.expected))
        throw new Divergence(exchange, { iterated: told.expected }, { iterated: told.got })
    },

    /** Holds what has come to the audit trail since it was reset. @throws Divergence */
    async checkTrail(expected: readonly Told[]): Promise<void> {
      await sealer.seal()
      told = await checkTrail(deliver, names, told, expected)
    },

    async close(): Promise<void> {
      agent.destroy()
      await server.close()
      await database.close()
      await home.close()
      secrets.assertNone()
    },
  }
}

/** Nothing here has to survive a crash: commits need not wait for the disk. */
async function prepare(connection: Connection, sql?: string): Promise<void> {
  const { knex, close } = open(connection)
  await knex.raw(
    `do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$`,
  )
  if (sql) await knex.raw(sql)
  await close()
}

const century = 100 * 365 * 24 * 3600

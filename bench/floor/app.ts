import { randomUUID } from 'node:crypto'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { type Database, openDatabase } from './database.ts'
import { Failure } from './failure.ts'
import { addRest } from './rest.ts'
import { addRpc } from './rpc.ts'
import { type Caller, createSessions, type Sessions } from './sessions.ts'
import { openTokens } from './tokens.ts'
import { createUsers, type Users } from './users.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
    language: 'zh' | 'en'
  }
}

export interface Settings {
  readonly databaseUrl: string
  readonly poolMax: number
  /** Of bcrypt. */
  readonly cost: number
  /** What `API-Version` says. */
  readonly version: string
  /** Whether each request has a line of the log; it goes to standard output. */
  readonly log: boolean
}

/** What the routes are made with. */
export interface Parts {
  readonly users: Users
  readonly sessions: Sessions
  /** Lets these roles alone call a route. */
  readonly authenticated: (roles: readonly string[]) => object
  readonly cost: number
  /** Seconds that an access token lives. */
  readonly ttl: number
}

/**
 * What somebody who knows Fastify and `pg` would write by hand in a day, for speed: named prepared
 * statements, schemas for what is taken and what is answered, one look-up of the session per
 * request. It has the calls that are measured and their checks; what a failure says is shorter than
 * the contract asks, and failed logins are not counted.
 */
export async function createFloor({ databaseUrl, poolMax, cost, version, log }: Settings) {
  const ttl = 3600
  const database: Database = openDatabase(databaseUrl, poolMax)
  const tokens = await openTokens(database, ttl)
  const users = createUsers(database)
  const sessions = createSessions(database, tokens, 604_800)
  const app = fastify({
    logger: log,
    disableRequestLogging: true,
    keepAliveTimeout: 65_000,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id']
      return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
    },
  })
  app.decorateRequest('language', 'zh')
  app.decorateRequest('caller')

  app.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    const own = request.raw.url?.includes(':') ? 'en' : 'zh'
    request.language = languageOf(request.headers['accept-language'], own)
    reply.headers({
      'X-Request-Id': request.id,
      'API-Version': version,
      'X-Content-Type-Options': 'nosniff',
      Vary: 'Accept-Language',
      'Content-Language': request.language,
      'Cache-Control': 'no-store',
    })
    done()
  })
  if (log)
    app.addHook('onResponse', (request, reply, done) => {
      const { method, id } = request
      const path = request.routeOptions.url
      request.log.info({ requestId: id, method, path, status: reply.statusCode, ms: reply.elapsedTime }, 'request')
      done()
    })
  app.setErrorHandler((error: Failure, _request, reply) => {
    const status = error.statusCode ?? 500
    return reply.code(status).send({ success: false, statusCode: status, message: error.message })
  })

  const authenticated = (roles: readonly string[]) => ({
    onRequest: async (request: FastifyRequest) => {
      request.caller = await sessions.authenticate(request.headers.authorization)
      if (!roles.includes(request.caller.role)) throw new Failure(403, 'role_not_allowed')
    },
  })
  const parts: Parts = { users, sessions, authenticated, cost, ttl }
  addRest(app, parts)
  addRpc(app, parts)
  app.addHook('onClose', () => database.pool.end())
  return app
}

function languageOf(accepted: string | undefined, own: 'zh' | 'en'): 'zh' | 'en' {
  if (accepted === undefined) return own
  const [zh, en] = [accepted.search(/\bzh\b/i), accepted.search(/\ben\b/i)]
  if (zh < 0 && en < 0) return own
  return en < 0 || (zh >= 0 && zh < en) ? 'zh' : 'en'
}

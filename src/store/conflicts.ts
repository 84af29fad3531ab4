import { DomainError, type Reason } from '../domain/errors.ts'

/**
 * The same methods, throwing DomainErrors: `username_taken` and `email_taken` for the unique
 * indexes, `unavailable` when the database cannot answer for now. The only place that does so.
 * Anything else is a fault of ours and passes.
 */
export const withDomainErrors = <T extends object>(methods: T): T =>
  wrapMethods(methods, async (call) => {
    try {
      return await call()
    } catch (error) {
      throw toDomainError(error)
    }
  })

/**
 * The same methods, tried again where a statement met another one (40001), which on a database
 * whose `default_transaction_isolation` is stricter than ours happens outside our transactions. It
 * has written nothing then, and the other one has got on.
 */
export const retryOnConflict = <T extends object>(methods: T): T =>
  wrapMethods(methods, async (call) => {
    for (let left = 20; ; left--) {
      try {
        return await call()
      } catch (error) {
        if (left === 0 || (error as DatabaseError).code !== '40001') throw error
      }
    }
  })

function wrapMethods<T extends object>(methods: T, wrap: (call: () => Promise<unknown>) => Promise<unknown>): T {
  const wrapped = Object.entries(methods).map(([name, method]) => [
    name,
    (...args: unknown[]) => wrap(async () => method(...args)),
  ])
  return Object.fromEntries(wrapped)
}

/** The failure as the domain knows it. */
export function toDomainError(error: unknown): unknown {
  if (error instanceof DomainError || !(error instanceof Error)) return error
  const { code, constraint } = error as DatabaseError
  const taken = code === '23505' && constraint !== undefined ? uniqueness[constraint] : undefined
  if (taken) return new DomainError(taken)
  if (isUnavailable(error)) return new DomainError('unavailable', { retryAfter: 1 }, { cause: withoutValues(error) })
  return withoutValues(error)
}

/**
 * Whether a later try may succeed: the database is away, restarting, too busy, or something took
 * too long.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, syscall = 'connect' } = error as DatabaseError
  // Of a file, or of the address that the service listens at.
  if (!/^(connect|read|write|getaddrinfo)$/.test(syscall)) return false
  if (error.name === 'KnexTimeoutError') return true
  if (code !== undefined) return unavailableCode.test(code)
  return unavailableMessage.test(error.message)
}

interface DatabaseError extends Error {
  readonly code?: string
  readonly constraint?: string
  readonly syscall?: string
}

const uniqueness: Record<string, Reason> = {
  users_username_key: 'username_taken',
  users_email_key: 'email_taken',
}

/**
 * 08 connection, 25006 read-only after a failover, 28 and 3D000 a login or database that is no
 * more, 25P03 idle in a transaction, 40 serialisation and deadlock, 53 disk, memory or connections
 * exhausted, 55P03 lock timeout, 57 shutdown, start-up and statement timeout. The rest comes from
 * the socket: whatever the system says (EMFILE too: nothing here opens files), and TLS, whose
 * certificates may run out while we serve.
 */
const unavailableCode = new RegExp(
  '^(?:08...|25006|28...|3D000|25P03|40001|40P01|53...|55P03|57014|57P0[1-5]' +
    '|E(?!RR_)[A-Z_]+|ERR_(?:TLS|SSL)_\\w+|(?:CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)_\\w+)$',
)

/**
 * Failures of the driver and the pool that carry no code; "aborted" and "Unable to acquire" come
 * from a pool that is closing.
 */
const unavailableMessage = new RegExp(
  '(?:Connection terminated|Connection ended unexpectedly|timeout expired|Query read timeout|is not queryable' +
    '|Timeout acquiring a connection|Unable to acquire a connection|timeout exceeded when trying to connect' +
    '|Cannot use a pool after calling end|does not support SSL|^aborted$)',
)

/**
 * Postgres repeats the failing row in `detail`, password hash included: it must not reach a log.
 */
function withoutValues(error: Error): Error {
  if ('detail' in error) delete error.detail
  return error
}

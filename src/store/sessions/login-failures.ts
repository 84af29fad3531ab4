import type { Failures, LockLimits, LoginFailureStore, LoginFailures } from '../../domain/sessions/store.ts'
import { inTurn, type Row, statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import { asMilliseconds, toDate, toDateOrNull } from '../times.ts'

export function createLoginFailureStore(): CallsOf<LoginFailureStore> {
  return {
    find: (account, address) => find({ account, address }),
    lock: (account, address) =>
      inTurn(hold({ key: keyOf(account) }), hold({ key: keyOf(address) }), find({ account, address })),
    save: (account, address, failures) => inTurn(...save(account, address, failures)),
    tell: (account, address) => tell({ account, address }),
    succeed: (account, address, at) =>
      inTurn(hold({ key: keyOf(account) }), forget({ account, address }), know({ account, address, at })),
    unlock: (account) => inTurn(hold({ key: keyOf(account) }), forgetAll({ account })),
    removeAllOf: (account) => inTurn(hold({ key: keyOf(account) }), forgetAll({ account }), unknow({ account })),
    removeOld: (first, last) => removeOld({ first, last }),
    lockedUntil: (account, limits) => lockedUntil({ account, ...limits }),
  }
}

/** In place of an account or an address, for any: of a digest's length it is not. */
const any = Buffer.alloc(0)

interface Place {
  readonly account: Buffer
  readonly address: Buffer
}

const nothing = () => undefined

/** Of what an advisory lock is taken. */
const keyOf = (digest: Buffer) => digest.readBigInt64BE().toString()

// Rows that are not there yet cannot be locked. The account comes before the address wherever both
// are held, and before any row.
const hold = statement<{ key: string }, void>(
  (knex, { key }) => knex.raw('select pg_advisory_xact_lock(?::bigint)', [key]),
  nothing,
)

// Always three rows, whatever there is: nobody is told apart by the work.
const find = statement<Place, LoginFailures>(
  (knex, { account, address }) =>
    knex.raw(
      `select count, ?, ?, ?, told,
         exists (select from known_prefixes as known where known.account = ? and known.address = ?) as is_known
       from (values (1, ?::bytea, ?::bytea), (2, ?, ?), (3, ?, ?)) as place (nr, account, address)
       left join login_failures using (account, address) order by nr`,
      [
        asMilliseconds(knex, 'login_failures.window_end'),
        asMilliseconds(knex, 'login_failures.retry_at'),
        asMilliseconds(knex, 'login_failures.failed_at'),
        ...[account, address],
        ...[account, address],
        ...[account, any],
        ...[any, address],
      ],
    ),
  ({ rows: [here, account, prefix] }) => ({
    here: toFailures(here as Row),
    account: toFailures(account as Row),
    prefix: toFailures(prefix as Row),
    isKnown: here?.is_known,
  }),
)

const save = (account: Buffer, address: Buffer, failures: LoginFailures) =>
  [
    put({ account, address: any, ...(failures.account as Failures) }),
    put({ account, address, ...(failures.here as Failures) }),
    put({ account: any, address, ...(failures.prefix as Failures) }),
  ] as const

const put = statement<Place & Failures, void>(
  (knex, { account, address, count, windowEnd, retryAt, failedAt, told }) =>
    knex('login_failures')
      .insert({ account, address, count, window_end: windowEnd, retry_at: retryAt, failed_at: failedAt, told })
      .onConflict(['account', 'address'])
      .merge(),
  nothing,
)

const tell = statement<Place, void>(
  (knex, { account, address }) => knex('login_failures').where({ account, address }).update({ told: true }),
  nothing,
)

const forget = statement<Place, void>(
  (knex, { account, address }) => knex('login_failures').where({ account }).whereIn('address', [address, any]).delete(),
  nothing,
)

const know = statement<Place & { at: Date }, void>(
  (knex, { account, address, at }) =>
    knex.raw(
      `with known as (
         insert into known_prefixes (account, address, logged_in_at) values (?, ?, ?)
         on conflict (account, address) do update set logged_in_at = excluded.logged_in_at
       )
       delete from known_prefixes where account = ? and address in (
         select address from known_prefixes where account = ? and address <> ?
         order by logged_in_at desc, address offset ${knownPrefixes - 1}
       )`,
      [account, address, at, account, account, address],
    ),
  nothing,
)

/** Of an account: whoever roams is known at so many places. */
const knownPrefixes = 100

const forgetAll = statement<Pick<Place, 'account'>, void>(
  (knex, { account }) => knex('login_failures').where({ account }).delete(),
  nothing,
)

const unknow = statement<Pick<Place, 'account'>, void>(
  (knex, { account }) => knex('known_prefixes').where({ account }).delete(),
  nothing,
)

// A bounded share, and never waiting for rows that someone else counts or forgets at this moment.
const removeOld = statement<{ first: Date; last: Date }, void>(
  (knex, { first, last }) =>
    knex.raw(
      `with old as (
         select account, address from login_failures where failed_at <= ? order by failed_at limit 100
         for update skip locked
       ), ahead as (
         select account, address from login_failures where failed_at > ? order by failed_at desc limit 100
         for update skip locked
       )
       delete from login_failures
       where (account, address) in (select * from old union all select * from ahead)`,
      [first, last],
    ),
  nothing,
)

const lockedUntil = statement<LockLimits & Pick<Place, 'account'>, Date | undefined>(
  (knex, { account, attempts, ceiling, at, since }) =>
    knex.raw(
      `select (extract(epoch from max(window_end)) * 1000)::bigint as until from login_failures
       where account = ? and window_end > ? and failed_at > ?
         and count >= case when address = ? then nullif(?::int, 0) else nullif(?::int, 0) end`,
      [account, at, since, any, ceiling, attempts],
    ),
  ({ rows: [row] }) => toDateOrNull(row?.until) ?? undefined,
)

const toFailures = (row: Row): Failures | undefined =>
  row.count === null
    ? undefined
    : {
        count: row.count,
        windowEnd: toDate(row.window_end),
        retryAt: toDateOrNull(row.retry_at),
        failedAt: toDate(row.failed_at),
        told: row.told,
      }

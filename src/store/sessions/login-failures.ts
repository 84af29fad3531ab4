import type { LoginFailureStore, LoginFailures } from '../../domain/sessions/store.ts'
import { inTurn, type Row, statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import { asMilliseconds, toDate } from '../times.ts'

export function createLoginFailureStore(): CallsOf<LoginFailureStore> {
  return {
    find: (account, address, now, latestEnd) => find({ account, address, now, latestEnd }),
    add: (account, address, now, windowEnd, latestEnd) =>
      inTurn(forget({ now, latestEnd }), count({ account, address, now, windowEnd, latestEnd })),
    remove: (account, address) => remove({ account, address }),
    removeAllOf: (account) => removeAllOf({ account }),
  }
}

interface Attempt {
  readonly account: Buffer
  readonly address: Buffer
}

interface Times {
  readonly now: Date
  readonly latestEnd: Date
}

const find = statement<Attempt & Times, LoginFailures | undefined>(
  (knex, { account, address, now, latestEnd }) =>
    knex('login_failures')
      .where({ account, address })
      .where('window_end', '>', now)
      .where('window_end', '<=', latestEnd)
      .first('count', asMilliseconds(knex, 'login_failures.window_end')),
  ({ rows: [row] }) => row && toLoginFailures(row),
)

// A bounded share of what has ended or is not to be believed, and never waiting for rows that
// someone else counts or forgets at this moment.
const forget = statement<Times, void>(
  (knex, { now, latestEnd }) =>
    knex.raw(
      `with ended as (
         select account, address from login_failures where window_end <= ? order by window_end limit 100
         for update skip locked
       ), ahead as (
         select account, address from login_failures where window_end > ? order by window_end desc limit 100
         for update skip locked
       )
       delete from login_failures
       where (account, address) in (select * from ended union all select * from ahead)`,
      [now, latestEnd],
    ),
  () => undefined,
)

const count = statement<Attempt & Times & { windowEnd: Date }, LoginFailures>(
  (knex, { account, address, now, windowEnd, latestEnd }) =>
    knex.raw(
      `insert into login_failures as failures (account, address, count, window_end) values (?, ?, 1, ?)
       on conflict (account, address) do update set
         (count, window_end) = (
           select case when open then failures.count + 1 else 1 end,
                  case when open then failures.window_end else excluded.window_end end
           from (select failures.window_end > ? and failures.window_end <= ? as open) as present
         )
       returning count, ?`,
      [account, address, windowEnd, now, latestEnd, asMilliseconds(knex, 'failures.window_end')],
    ),
  ({ rows: [row] }) => toLoginFailures(row as Row),
)

const remove = statement<Attempt, void>(
  (knex, { account, address }) => knex('login_failures').where({ account, address }).delete(),
  () => undefined,
)

const removeAllOf = statement<Pick<Attempt, 'account'>, void>(
  (knex, { account }) => knex('login_failures').where({ account }).delete(),
  () => undefined,
)

const toLoginFailures = (row: Row): LoginFailures => ({ count: row.count, windowEnd: toDate(row.window_end) })

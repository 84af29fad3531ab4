import type { Knex } from 'knex'
import type { LoginFailureStore, LoginFailures } from '../../domain/sessions/store.ts'
import { asMilliseconds, toDate } from '../times.ts'

export function createLoginFailureStore(knex: Knex): LoginFailureStore {
  return {
    async find(account, address, now, latestEnd) {
      const row = await knex('login_failures')
        .where({ account, address })
        .where('window_end', '>', now)
        .where('window_end', '<=', latestEnd)
        .first('count', asMilliseconds(knex, 'login_failures.window_end'))
      return row && toLoginFailures(row)
    },

    async add(account, address, now, windowEnd, latestEnd) {
      // A bounded share of what has ended or is not to be believed, and never waiting for rows that
      // someone else counts or forgets at this moment.
      await knex.raw(
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
      )
      const { rows } = await knex.raw(
        `insert into login_failures as failures (account, address, count, window_end) values (?, ?, 1, ?)
         on conflict (account, address) do update set
           (count, window_end) = (
             select case when open then failures.count + 1 else 1 end,
                    case when open then failures.window_end else excluded.window_end end
             from (select failures.window_end > ? and failures.window_end <= ? as open) as present
           )
         returning count, ?`,
        [account, address, windowEnd, now, latestEnd, asMilliseconds(knex, 'failures.window_end')],
      )
      return toLoginFailures(rows[0])
    },

    async remove(account, address) {
      await knex('login_failures').where({ account, address }).delete()
    },

    async removeAllOf(account) {
      await knex('login_failures').where({ account }).delete()
    },
  }
}

const toLoginFailures = (row: { count: number; window_end: string }): LoginFailures => ({
  count: row.count,
  windowEnd: toDate(row.window_end),
})

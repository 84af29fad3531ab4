import type { Knex } from 'knex'
import type { LoginFailureStore, LoginFailures } from '../domain/store.ts'
import { asMilliseconds, toDate } from './times.ts'

export function createLoginFailureStore(knex: Knex): LoginFailureStore {
  return {
    async find(account, address, now) {
      const row = await knex('login_failures')
        .where({ account, address })
        .where('window_end', '>', now)
        .first('count', asMilliseconds(knex, 'login_failures.window_end'))
      return row && toLoginFailures(row)
    },

    async add(account, address, now, windowEnd) {
      // A bounded share of what has ended, and never waiting for rows that someone else counts or forgets at this moment.
      await knex.raw(
        `delete from login_failures where (account, address) in (
           select account, address from login_failures where window_end <= ? order by window_end limit 100
           for update skip locked
         )`,
        [now],
      )
      const { rows } = await knex.raw(
        `insert into login_failures as failures (account, address, count, window_end) values (?, ?, 1, ?)
         on conflict (account, address) do update set
           count = case when failures.window_end <= ? then 1 else failures.count + 1 end,
           window_end = case when failures.window_end <= ? then excluded.window_end else failures.window_end end
         returning count, ?`,
        [account, address, windowEnd, now, now, asMilliseconds(knex, 'failures.window_end')],
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

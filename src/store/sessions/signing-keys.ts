import type { Knex } from 'knex'
import type { SigningKey, SigningKeyStore } from '../../domain/sessions/store.ts'
import { inTurn, statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import { asMilliseconds, toDate, toDateOrNull } from '../times.ts'

/**
 * Keys that sign access tokens, as the domain hands them over: it decides whether the private half
 * lies encrypted.
 */
export function createSigningKeyStore(): CallsOf<SigningKeyStore> {
  return {
    epoch: () => epoch({}),
    list: () => list({}),
    // The lock comes in a statement of its own: the next one then sees what the previous holder has
    // committed.
    lock: () => inTurn(lock({}), list({})),
    insertFirst: (key) => inTurn(lock({}), insertFirst(key)),
    insert,
    plan: (kid, times) => plan({ kid, ...times }),
    remove: (kid) => remove({ kid }),
  }
}

const nothing = () => undefined

/** Zero where no key was ever stored. */
export const keyEpoch = (knex: Knex) => knex.raw('coalesce((select epoch from signing_key_epoch), 0) as key_epoch')

const epoch = statement<object, number>(
  (knex) => knex.first(keyEpoch(knex)),
  ({ rows: [row] }) => row?.key_epoch,
)

const list = statement<object, SigningKey[]>(
  (knex) =>
    knex('signing_keys')
      .select(
        'kid',
        'public_key',
        'private_key',
        asMilliseconds(knex, 'signing_keys.created_at'),
        asMilliseconds(knex, 'signing_keys.signs_from'),
        asMilliseconds(knex, 'signing_keys.signs_until'),
      )
      .orderBy([
        { column: 'signing_keys.created_at', order: 'desc' },
        { column: 'kid', order: 'desc' },
      ]),
  ({ rows }) =>
    rows.map((row) => ({
      kid: row.kid,
      publicKey: row.public_key,
      privateKey: row.private_key,
      createdAt: toDate(row.created_at),
      // One of the version before 0.7.0 signs from the beginning.
      signsFrom: toDate(row.signs_from ?? row.created_at),
      signsUntil: toDateOrNull(row.signs_until),
    })),
)

const lock = statement<object, void>((knex) => knex.raw('select pg_advisory_xact_lock(?::bigint)', [keysLock]), nothing)

const insertFirst = statement<SigningKey, void>(
  (knex, { kid, publicKey, privateKey, createdAt, signsFrom }) =>
    knex.raw(
      `insert into signing_keys (kid, public_key, private_key, created_at, signs_from)
       select ?, ?, ?, ?::timestamptz, ?::timestamptz where not exists (select from signing_keys)`,
      [kid, publicKey, privateKey, createdAt, signsFrom],
    ),
  nothing,
)

const insert = statement<SigningKey, void>(
  (knex, { kid, publicKey, privateKey, createdAt, signsFrom, signsUntil }) =>
    knex('signing_keys').insert({
      kid,
      public_key: publicKey,
      private_key: privateKey,
      created_at: createdAt,
      signs_from: signsFrom,
      signs_until: signsUntil,
    }),
  nothing,
)

const plan = statement<Pick<SigningKey, 'kid' | 'signsFrom' | 'signsUntil'>, void>(
  (knex, { kid, signsFrom, signsUntil }) =>
    knex('signing_keys').where({ kid }).update({ signs_from: signsFrom, signs_until: signsUntil }),
  nothing,
)

const remove = statement<{ kid: string }, void>(
  (knex, { kid }) => knex('signing_keys').where({ kid }).delete(),
  nothing,
)

const keysLock = '7310872931473'

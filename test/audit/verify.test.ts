import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signRoot } from '../../src/domain/audit/sealing.ts'
import { verifyTrail } from '../../src/domain/audit/verify.ts'
import { createIds } from '../../src/domain/id.ts'
import { makeKey } from '../../src/domain/sessions/key-material.ts'
import { createTrailSource } from '../../src/store/audit/trail-source.ts'
import type { Database } from '../../src/store/database.ts'
import { freshDatabase, open } from '../support/database.ts'
import { madeUp, sealerOf } from './support.ts'

const newId = createIds({ now: () => new Date() })
let sealer: Awaited<ReturnType<typeof sealerOf>>
let home: Awaited<ReturnType<typeof freshDatabase>>
let database: Database
/** The roots that the log has shown. */
let roots: string[]
let ids: string[]

beforeAll(async () => {
  home = await freshDatabase()
  database = open(home.connection)
  sealer = await sealerOf(database.store)
  ids = []
  for (const count of [5, 1, 12, 4]) {
    const events = madeUp(count)
    ids.push(...events.map(({ id }) => id))
    await database.store.audit.insert(events)
    await sealer.seal()
  }
  roots = sealer.roots.map(({ root }) => root)
  // Whoever owns the tables can take their guards away.
  for (const table of ['audit_events', 'audit_seals', 'audit_roots'])
    await database.knex.raw(`alter table ${table} disable trigger user`)
})
afterAll(async () => {
  await database?.close()
  await home?.close()
})

async function verify(root?: string) {
  const faults: string[] = []
  const found = await verifyTrail(createTrailSource(database.sql), {
    root,
    onFault: (fault) => void faults.push(fault),
  })
  expect(found.faults).toBe(faults.length)
  return { ...found, faults }
}

/** What is found after the statements; the tables are as before at the end. */
async function faultsAfter(statements: string, root?: string): Promise<string[]> {
  const tables = ['audit_events', 'audit_seals', 'audit_roots', 'audit_keys', 'audit_unsealed']
  for (const table of tables) await database.knex.raw(`create table kept_${table} as select * from ${table}`)
  try {
    await database.knex.raw(statements.replaceAll('?', '\\?'))
    return (await verify(root)).faults
  } finally {
    for (const table of tables)
      await database.knex.raw(
        `delete from ${table}; insert into ${table} select * from kept_${table}; drop table kept_${table}`,
      )
  }
}

describe('a verification', () => {
  it('proves what is as it was sealed, by every root that the log has shown', async () => {
    for (const root of [undefined, ...roots])
      expect(await verify(root)).toEqual({
        faults: [],
        first: 1,
        last: 22,
        roots: 4,
        pruned: 0,
        root: roots.at(-1),
        waiting: 0,
      })
  })

  it('says how much is not proven yet', async () => {
    await database.store.audit.insert(madeUp(3))
    expect(await verify()).toMatchObject({ faults: [], last: 22, waiting: 3 })
    await database.knex.raw(`delete from audit_events where id in (select event_id from audit_unsealed)`)
    expect((await verify()).faults).toEqual([
      expect.stringMatching(/is missing; it had no seal yet/),
      expect.anything(),
      expect.anything(),
    ])
    await database.knex.raw('delete from audit_unsealed')
  })

  const event = (number: number) => `id = '${ids[number - 1]}'`
  const seal = (number: number) => `number = ${number}`

  it.each<[string, () => string, RegExp[]]>([
    ['whom', () => `update audit_events set actor_id = gen_random_uuid() where ${event(3)}`, [/^event 3 was changed/]],
    ['what', () => `update audit_events set action = 'user_created' where ${event(7)}`, [/^event 7 was changed/]],
    [
      'when',
      () => `update audit_events set at = at + interval '1 ms' where ${event(7)}`,
      [/^event 7 is missing/, /inserted: it has no seal/],
    ],
    ['a detail', () => `update audit_events set details = '{}' where ${event(22)}`, [/^event 22 was changed/]],
    ['where from', () => `update audit_events set address = null where ${event(1)}`, [/^event 1 was changed/]],
    [
      'by whom lists find it',
      () => `update audit_seals set actor_id = gen_random_uuid() where ${seal(4)}`,
      [/^the seal of event 4 was changed/],
    ],
  ])('finds a change of %s', async (_, statement, expected) => {
    expect(await faultsAfter(statement())).toEqual(expected.map((each) => expect.stringMatching(each)))
  })

  it.each<[string, () => string, RegExp[]]>([
    ['an event that is missing', () => `delete from audit_events where ${event(9)}`, [/^event 9 is missing \(id/]],
    [
      'one with its seal',
      () => `delete from audit_events where ${event(9)}; delete from audit_seals where ${seal(9)}`,
      [/^event 9 is missing, with its seal/],
    ],
    [
      'the last of a root',
      () => `delete from audit_seals where number in (17, 18)`,
      [/^events 17 to 18 are missing, with their seals/, /no seal/, /no seal/],
    ],
    [
      'all of a root',
      () =>
        `delete from audit_seals where number between 7 and 18; delete from audit_roots where last_number = 18; delete from audit_events where id in (${ids.slice(6, 18).map((id) => `'${id}'`)})`,
      [/^events 7 to 18 are missing, with their roots/, /does not follow/],
    ],
    ['the first root', () => `delete from audit_roots where last_number = 5`, [/^events 1 to 5 are missing/]],
  ])('finds %s', async (_, statement, expected) => {
    expect(await faultsAfter(statement())).toEqual(expected.map((each) => expect.stringMatching(each)))
  })

  it.each<[string, () => string, RegExp[]]>([
    [
      'an event',
      () =>
        `insert into audit_events (id, at, action, credential_kind) values (gen_random_uuid(), now(), 'user_created', 'none')`,
      [/was inserted: it has no seal/],
    ],
    [
      'a copy of an event',
      () => `insert into audit_events select * from audit_events where ${event(2)}`,
      [/^event 2 is there 2 times/],
    ],
    ['a seal', () => `insert into audit_seals select * from audit_seals where ${seal(2)}`, [/^event 2 has two seals/]],
    [
      'a seal at the end',
      () =>
        `insert into audit_seals select 23, event_id, at, actor_id, target_id, action, digest from audit_seals where ${seal(2)}`,
      [/^event 23 has a seal, but no root/],
    ],
    [
      'a root',
      () =>
        `update audit_roots set last_number = 99 where last_number = 22; insert into audit_roots select 22, count, earliest, latest, late, merkle_root, 'x', kid, at, signature from audit_roots where last_number = 99`,
      [/forged/, /follow/, /forged/, /vouches for events of the root before it/, /follow/, /missing/, /are not those/],
    ],
  ])('finds %s that was inserted', async (what, statement, expected) => {
    const found = await faultsAfter(statement())
    expect(found.length).toBeGreaterThan(0)
    if (what !== 'a root') expect(found).toEqual(expected.map((each) => expect.stringMatching(each)))
  })

  it('finds seals that have changed their order, also together with their events', async () => {
    const swap = `update audit_seals set number = case number when 8 then 9 else 8 end where number in (8, 9)`
    expect(await faultsAfter(swap)).toEqual([
      expect.stringMatching(/^the seals of events 7 to 18 are not those of their root/),
    ])
  })

  it('finds a change that was carried over to the seal', async () => {
    const changed = `update audit_events set address = null where ${event(9)};
      update audit_seals set digest = sha256('x') where ${seal(9)}`
    expect(await faultsAfter(changed)).toEqual([
      expect.stringMatching(/^event 9 was changed/),
      expect.stringMatching(/^the seals of events 7 to 18 are not those/),
    ])
  })

  it('finds an end that was cut off, by a root of the log', async () => {
    const cut = `delete from audit_roots where last_number = 22; delete from audit_seals where number > 18;
      delete from audit_events where id in (${ids.slice(18).map((id) => `'${id}'`)})`
    expect(await faultsAfter(cut)).toEqual([])
    expect(await faultsAfter(cut, roots[2])).toEqual([])
    expect(await faultsAfter(cut, roots[3])).toEqual([expect.stringMatching(/its end was cut off/)])
  })

  it('finds roots that others have signed', async () => {
    const other = generateKeyPairSync('ed25519', {
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const last = (await createTrailSource(database.sql).listRoots(18, 1))[0]
    if (!last) throw new Error('no root')
    const { signature } = signRoot(last, createPrivateKey(other.privateKey))
    const forged = `update audit_roots set signature = '\\x${signature.toString('hex')}' where last_number = 22`
    const found = [expect.stringMatching(/^the signature of the root of event 22 is forged/)]
    expect(await faultsAfter(forged)).toEqual(found)
    // With the key of the forger in the place of ours.
    const replaced = `${forged}; update audit_keys set public_key = '${other.publicKey}'`
    expect((await faultsAfter(replaced)).filter((fault) => fault.includes('forged'))).toHaveLength(4)
    expect(await faultsAfter('delete from audit_keys')).toEqual(
      Array(4).fill(expect.stringMatching(/signed by a key that is not the trail's/)),
    )
    expect(await faultsAfter(`update audit_roots set late = true where last_number = 22`)).toEqual(found)
  })

  it('believes no boundary that somebody had sealed who then takes events away', async () => {
    const [made] = madeUp(1)
    if (!made) throw new Error('none was made')
    const removed = `delete from audit_events where ${event(7)}`
    const cut = `delete from audit_events where id in (${ids.slice(0, 5).map((id) => `'${id}'`)});
      delete from audit_seals where number <= 5; delete from audit_roots where last_number < 5`
    const forge = async (dropped: number, root: string, before: string) => {
      await database.store.audit.insert([
        { ...made, id: newId(), action: 'audit_pruned', details: { dropped, root, before } },
      ])
      await sealer.seal()
    }
    await forge(0, '0'.repeat(64), '2999-01-01T00:00:00.000Z')
    expect(await faultsAfter(removed)).toEqual([expect.stringMatching(/^event 7 is missing/)])
    await forge(5, roots[0] as string, '2999-01-01T00:00:00.000Z')
    expect(await faultsAfter(`${cut}; ${removed}`)).toEqual([expect.stringMatching(/^event 7 is missing/)])
  })
})

describe('with a key encryption key', () => {
  const keyEncryptionKey = 'open sesame'

  it('no key of the trail counts that somebody else has put there', async () => {
    const own = await freshDatabase()
    await using opened = new AsyncDisposableStack()
    opened.defer(() => own.close())
    const other = open(own.connection)
    opened.defer(() => other.close())
    const first = await sealerOf(other.store, { keyEncryptionKey })
    await other.store.audit.insert(madeUp(2))
    await first.seal()
    const source = createTrailSource(other.sql)
    const faultsWith = async (given: { keyEncryptionKey?: string }) => {
      const faults: string[] = []
      await verifyTrail(source, { ...given, onFault: (fault) => void faults.push(fault) })
      return faults
    }
    expect(await faultsWith({ keyEncryptionKey })).toEqual([])

    const { kid, publicKey, privateKey } = await makeKey(undefined, new Date(0))
    await other.knex('audit_keys').insert({
      kid,
      public_key: publicKey,
      private_key: privateKey,
      created_at: new Date(0),
    })
    expect((await sealerOf(other.store, { keyEncryptionKey })).key.kid).toBe(first.key.kid)
    const [last] = await source.listRoots(0, 1)
    if (!last) throw new Error('no root')
    const { signature } = signRoot({ ...last, kid }, createPrivateKey(privateKey))
    await other.knex.raw('alter table audit_roots disable trigger user')
    await other.knex('audit_roots').update({ kid, signature })
    expect(await faultsWith({})).toEqual([])
    expect(await faultsWith({ keyEncryptionKey })).toEqual([
      `the root of event 2 is signed by a key that is not the trail's: ${kid}`,
    ])
  })
})

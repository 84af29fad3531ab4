import { describe, expect, it } from 'vitest'
import { changeUser, newUser } from '../support/database.ts'
import { ownDatabase } from '../support/own-database.ts'

const { database, store } = ownDatabase()

const at = new Date('2026-03-04T05:06:07.891Z')

describe('counters', () => {
  const roles = ['super_admin', 'admin', 'manager', 'moderator', 'user', 'guest'] as const
  const statuses = ['active', 'inactive', 'suspended', 'pending', 'banned'] as const
  const pick = <T>(of: readonly T[]): T => of[Math.floor(Math.random() * of.length)] as T

  async function someWrites(count: number) {
    const mine: string[] = []
    for (let i = 0; i < count; i++) {
      const dice = Math.random()
      if (mine.length === 0 || dice < 0.5) {
        mine.push((await store.users.insert(newUser({ role: pick(roles), status: pick(statuses) }))).id)
      } else if (dice < 0.7)
        await changeUser(store, pick(mine), { role: pick(roles), status: pick(statuses), updatedAt: at })
      else if (dice < 0.8) await store.users.recordLogin(pick(mine), at)
      else await store.users.remove(mine.splice(Math.floor(Math.random() * mine.length), 1)[0] as string, at)
    }
  }

  async function expectTrueCounts() {
    const { rows } = await database.knex.raw(
      'select role, status, count(*)::int as count from users group by role, status order by role, status',
    )
    expect(await store.users.countByRoleAndStatus()).toEqual(
      rows.filter((row: { status: string }) => row.status !== 'deleted'),
    )
    const { rows: created } = await database.knex.raw('select created_at, deleted_at from users')
    for (const age of [0, 1, 59_000, 3_599_999, 3_600_000, 10_000_000, 400_000_000_000]) {
      const moment = new Date((created[0]?.created_at.getTime() ?? 0) - age)
      const later = created.filter((row: { created_at: Date; deleted_at: Date | null }) => {
        return row.deleted_at === null && row.created_at > moment
      })
      expect(await store.users.countCreatedAfter(moment)).toBe(later.length)
    }
    const sum = (some: { count: number }[]) => some.reduce((sum, { count }) => sum + count, 0)
    expect((await store.users.count({})).total).toBe(
      sum(rows.filter((row: { status: string }) => row.status !== 'deleted')),
    )
    for (const role of roles) {
      for (const status of [...statuses, 'deleted'] as const) {
        const real = rows.filter((row: { role: string; status: string }) => row.role === role && row.status === status)
        expect((await store.users.count({ role, status })).total).toBe(sum(real))
      }
    }
  }

  it('equal what is there after any sequence of writes', async () => {
    await someWrites(150)
    await expectTrueCounts()
  })

  it('equal what is there after eight wrote at once, none of them in the way of another', async () => {
    await Promise.all(Array.from({ length: 8 }, () => someWrites(60)))
    await expectTrueCounts()
  })

  it('survive statements over many rows in opposite orders, rollbacks, deletions and truncation', async () => {
    const { knex } = database
    await knex.raw(`
      insert into users (id, username, email, full_name, role, status, can_write, created_at, updated_at)
      select gen_random_uuid(), 'bulk-' || n, 'bulk-' || n || '@example.com', '', (array['user', 'admin'])[1 + n % 2], 'active',
             true, now(), now() from generate_series(1, 400) n`)
    await expectTrueCounts()
    // Two rows for all, so that every statement meets every other.
    const oneSlot = (order: string) =>
      knex.transaction(async (tx) => {
        await tx.raw(
          `update users set role = case role when 'user' then 'admin' else 'user' end
                      where id in (select id from users where username like ? order by id ${order})`,
          [`bulk-%${order === 'asc' ? 1 : 2}`],
        )
      })
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        oneSlot(i % 2 ? 'asc' : 'desc').catch((error) => {
          // The rows themselves may deadlock or wait too long here; the counters must not be what
          // does.
          if (error.code !== '40P01' || error.where?.includes('user_counts')) throw error
        }),
      ),
    )
    await expectTrueCounts()
    await knex.raw("delete from users where username like 'bulk-1%'")
    await expectTrueCounts()
    await knex.raw('truncate users cascade')
    await expectTrueCounts()
  })

  it('count new users and other administrators', async () => {
    const [a, b] = [
      await store.users.insert(newUser({ role: 'admin' })),
      await store.users.insert(newUser({ role: 'super_admin', createdAt: at })),
    ]
    await store.users.insert(newUser({ role: 'admin', status: 'suspended' }))
    const gone = await store.users.insert(newUser({ role: 'admin', createdAt: new Date(at.getTime() + 1) }))
    expect(await store.users.countOtherAdministrators(a.id)).toBe(2)
    expect(await store.users.countCreatedAfter(at)).toBe(1)
    await store.users.remove(gone.id, at)
    expect(await store.users.countOtherAdministrators(b.id)).toBe(1)
    expect(await store.users.countOtherAdministrators(gone.id)).toBe(2)
    expect(await store.users.countCreatedAfter(at)).toBe(0)
    expect(await store.users.countCreatedAfter(new Date(at.getTime() - 1))).toBe(1)
  })
})

import { searchColumns } from '../../src/store/users/folding.ts'
import { type Database, type Statement, statement } from './database.ts'
import { Failure } from './failure.ts'
import { newId } from './ids.ts'

export interface UserRow {
  readonly id: string
  readonly username: string
  readonly email: string
  readonly full_name: string
  readonly role: string
  readonly status: string
  readonly can_write: boolean
  readonly created_at: string
  readonly updated_at: string
  readonly last_login_at: string | null
}

export interface Filter {
  readonly role?: string
  readonly status?: string
  readonly search?: string
}

export interface Draft {
  readonly username: string
  readonly email: string
  readonly fullName?: string
  readonly role?: string
  readonly canWrite?: boolean
}

export const columns = 'id, username, email, full_name, role, status, can_write, created_at, updated_at, last_login_at'
const ranks = ['super_admin', 'admin', 'manager', 'moderator', 'user', 'guest']
/** The roles that somebody may act on and grant: their own and those below it. */
export const upTo = (role: string): string[] => ranks.slice(ranks.indexOf(role))

const byId = statement(`select ${columns} from users where id = $1 and deleted_at is null`)
const change = statement(
  `update users set role = $2, updated_at = $3
   where id = $1 and deleted_at is null and role <> $2 and role = any($4) and role not in ('super_admin', 'admin')
   returning ${columns}`,
)
const administrators = statement(
  `select id from users where role in ('super_admin', 'admin') and status = 'active' and deleted_at is null
   order by id for no key update`,
)
const changeAdministrator = statement(
  `update users set role = $2, updated_at = $3 where id = $1 and deleted_at is null and role = any($4)`,
)
const revoke = statement(
  `with target as (select ${columns} from users where id = $1 and deleted_at is null), ended as (
     delete from sessions using target where sessions.user_id = target.id and target.role = any($2)
   )
   select * from target`,
)
/** A statement of each set of conditions, made when it is first asked for. */
const made = new Map<string, Statement>()
function whichever(key: string, text: () => string): Statement {
  const known = made.get(key) ?? statement(text())
  made.set(key, known)
  return known
}

/** As it is written by hand. */
const found = (pattern: string) => `(username ilike ${pattern} or email ilike ${pattern} or full_name ilike ${pattern})`

/** Conditions from `$n` on, and the values. */
function conditions({ role, status, search }: Filter, first: number) {
  const values: unknown[] = []
  const next = (value: unknown) => `$${first + values.push(value) - 1}`
  const text = [
    status === 'deleted' ? 'deleted_at is not null' : 'deleted_at is null',
    ...(role ? [`role = ${next(role)}`] : []),
    ...(status && status !== 'deleted' ? [`status = ${next(status)}`] : []),
    ...(search ? [found(next(`%${search.replace(/[\\%_]/g, '\\$&')}%`))] : []),
  ].join(' and ')
  return {
    text,
    values,
    key: `${role ? 'r' : ''}${status === 'deleted' ? 'd' : status ? 's' : ''}${search ? 't' : ''}`,
  }
}

export function createUsers({ pool, rows }: Database) {
  async function get(id: string): Promise<UserRow> {
    const [user] = await rows<UserRow>(byId, [id])
    if (!user) throw new Failure(404, 'user_not_found')
    return user
  }

  async function count(filter: Filter): Promise<number> {
    if (filter.search) {
      const { text, values, key } = conditions(filter, 1)
      const counting = whichever(`count ${key}`, () => `select count(*)::int as n from users where ${text}`)
      return (await rows<{ n: number }>(counting, values))[0]?.n ?? 0
    }
    const { role, status } = filter
    const counting = whichever(
      `counters ${role ? 'r' : ''}${status ? 's' : ''}`,
      () =>
        `select coalesce(sum(n), 0)::int as n from user_counts where ${status ? 'status = $1' : "status <> 'deleted'"}${
          role ? ` and role = $${status ? 2 : 1}` : ''
        }`,
    )
    const values = [...(status ? [status] : []), ...(role ? [role] : [])]
    return (await rows<{ n: number }>(counting, values))[0]?.n ?? 0
  }

  return {
    get,

    /** The newest first, and how many there are on all pages. */
    async list(filter: Filter, page: number, limit: number): Promise<{ users: UserRow[]; total: number }> {
      const { text, values, key } = conditions(filter, 3)
      const listing = whichever(
        `list ${key}`,
        () => `select ${columns} from users where ${text} order by created_at desc, id desc limit $1 offset $2`,
      )
      const [users, total] = await Promise.all([
        rows<UserRow>(listing, [limit, (page - 1) * limit, ...values]),
        count(filter),
      ])
      return { users, total }
    },

    /** One more than the limit, where there are more. */
    async walk(filter: Filter, after: string | undefined, limit: number): Promise<UserRow[]> {
      const { text, values, key } = conditions(filter, 3)
      const walking = whichever(
        `walk ${key}`,
        () => `select ${columns} from users where ${text} and id > $2 order by id limit $1`,
      )
      return rows<UserRow>(walking, [limit + 1, after ?? '00000000-0000-0000-0000-000000000000', ...values])
    },

    async insert({ fullName = '', role = 'user', canWrite = role !== 'guest', ...given }: Draft, passwordHash: string) {
      const now = new Date()
      const values = {
        id: newId(),
        ...given,
        full_name: fullName,
        role,
        status: 'active',
        can_write: canWrite,
        password_hash: passwordHash,
        created_at: now,
        updated_at: now,
        ...searchColumns({ ...given, fullName }, 0),
      }
      const names = Object.keys(values)
      const inserting = whichever(
        'insert',
        () =>
          `insert into users (${names.join(', ')}) values (${names.map((_, n) => `$${n + 1}`).join(', ')})
           returning ${columns}`,
      )
      return (await rows<UserRow>(inserting, Object.values(values)))[0] as UserRow
    },

    async changeRole(id: string, role: string, callerRole: string): Promise<UserRow> {
      const mine = upTo(callerRole)
      if (!mine.includes(role)) throw new Failure(403, 'role_above_actor')
      const [changed] = await rows<UserRow>(change, [id, role, new Date(), mine])
      if (changed) return changed
      const user = await get(id)
      if (!mine.includes(user.role)) throw new Failure(403, 'target_above_actor')
      if (user.role === role) return user
      const client = await pool.connect()
      try {
        await client.query('begin')
        await client.query(administrators)
        await client.query({ ...changeAdministrator, values: [id, role, new Date(), mine] })
        await client.query('commit')
      } finally {
        client.release()
      }
      return get(id)
    },

    async revokeSessions(id: string, callerRole: string): Promise<UserRow> {
      const [user] = await rows<UserRow>(revoke, [id, upTo(callerRole)])
      if (!user) throw new Failure(404, 'user_not_found')
      if (!upTo(callerRole).includes(user.role)) throw new Failure(403, 'target_above_actor')
      return user
    },
  }
}

export type Users = ReturnType<typeof createUsers>

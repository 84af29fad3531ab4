import type { Material } from '../requests.ts'
import type { Name } from '../scenarios.ts'
import { password } from '../seed/load-users.ts'
import type { Postgres } from './postgres.ts'

/** Users whom requests are about. */
const sample = 2000

/** What the requests to a server are made of; its database has its users by now. */
export async function materialOf(
  name: Name,
  url: string,
  { postgres, databaseUrl }: { readonly postgres: Postgres; readonly databaseUrl: string },
  sessions: number,
): Promise<Material> {
  if (name === 'raw bcrypt') return { tokens: [], ids: [], usernames: [], password }
  return name === 'better-auth'
    ? betterAuthMaterial(url, postgres, sessions)
    : ownMaterial(url, postgres, new URL(databaseUrl).pathname.slice(1), sessions)
}

/** The floor takes the tokens of Janus, and gives such itself: the same keys, the same tables. */
async function ownMaterial(url: string, postgres: Postgres, database: string, sessions: number): Promise<Material> {
  const known = await postgres.query<{ id: string; username: string }>(
    database,
    `select id, username from users where role = 'user' and status = 'active' and deleted_at is null
       and username not like 'bench-%' order by md5(id::text) limit $1`,
    [sample],
  )
  const administrators = await postgres.query<{ username: string }>(
    database,
    `select username from users where role in ('super_admin', 'admin') and status = 'active' and deleted_at is null
       and username <> 'admin' order by id limit $1`,
    [sessions],
  )
  const tokens = await Promise.all(
    administrators.map(async ({ username: usernameOrEmail }) => {
      const answer = await post(`${url}/auth/login`, { usernameOrEmail, password })
      return ((await answer.json()) as { data: { accessToken: string } }).data.accessToken
    }),
  )
  return { tokens, ids: known.map(({ id }) => id), usernames: known.map(({ username }) => username), password }
}

async function betterAuthMaterial(url: string, postgres: Postgres, sessions: number): Promise<Material> {
  const database = 'janus_bench_better_auth'
  const email = 'admin@example.com'
  await post(`${url}/api/auth/sign-up/email`, { name: 'admin', email, password })
  await postgres.query(database, `update "user" set role = 'admin'`)
  await postgres.query(
    database,
    `insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt", role)
     select 'user' || n, 'User ' || n, 'user' || n || '@example.com', true, now() - n * interval '1 minute', now(), 'user'
     from generate_series(1, 10000) n`,
  )
  await postgres.query(database, 'analyze')
  const tokens = await Promise.all(
    Array.from({ length: sessions }, async () => {
      const answer = await post(`${url}/api/auth/sign-in/email`, { email, password })
      return (answer.headers.getSetCookie()[0] ?? '').split(';')[0] as string
    }),
  )
  return { tokens, ids: Array.from({ length: sample }, (_, n) => `user${n + 1}`), usernames: [email], password }
}

async function post(url: string, body: unknown): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', Origin: 'http://127.0.0.1' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  return answer
}

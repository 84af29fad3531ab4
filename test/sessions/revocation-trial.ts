import { type Ask, type Ending, first, fresh, probes, refresh, type Victim } from './revocation.ts'

/** What came of requests with old tokens that began after the answer that said they are worth nothing. */
export interface Tally {
  requests: number
  /** Those that were answered as if nothing had ended. */
  readonly succeeded: string[]
  /** Those that were under way when the answer came, and succeeded, as they may. */
  underWay: number
}

export interface Trial {
  /** The processes, all on one database. */
  readonly asks: readonly Ask[]
  /** An access token of an administrator above the victim. */
  readonly root: string
  readonly ending: Ending
  /** By which process it is ended. */
  readonly by: number
  /** How many requests are to begin after the end. */
  readonly requests: number
  readonly tally: Tally
  /** A row of whom the probes change, as the database has it. */
  readonly stored: (id: string) => Promise<unknown>
}

const clients = 6

/**
 * Has clients send requests with a victim's tokens to all processes, ends what these are good for
 * while they do, and counts what succeeds that began after the answer. A refresh that was under way
 * then gives tokens too: these are tried like the others.
 *
 * @throws Error where the end is refused, or a write has come through after it
 */
export async function tryEnding({ asks, root, ending, by, requests, tally, stored }: Trial): Promise<void> {
  const ask = (n: number) => asks[n % asks.length] as Ask
  const victim = await makeVictim(ask(by), root, ending)
  const other = ending.closed === 'administration' ? await makeUser(ask(by), root, 'user') : victim.id
  const target = ending.closed === 'administration' ? other : victim.id
  let isOver = false
  let left = requests
  const good = asks.map(() => 0)

  async function probe(n: number, at: number): Promise<void> {
    const began = isOver
    if (began) left -= 1
    const isRefresh = began && ending.closed === 'everything' && at % 4 === 0
    const style = at % 8 === 0 ? 'RPC' : 'REST'
    const token = victim.access[at % victim.access.length] as string
    const [method, path, json] = probes[ending.closed](fresh(), other)
    const { status } = isRefresh
      ? await refresh(ask(n), victim.refresh[at % victim.refresh.length] as string, style)
      : await ask(n)(method, path, { token, ...(json && { json }) })
    if (!began) {
      if (status < 400) {
        good[n % asks.length] = (good[n % asks.length] as number) + 1
        if (isOver) tally.underWay += 1
      }
      return
    }
    tally.requests += 1
    if (status < 400) tally.succeeded.push(`${ending.style} ${ending.name}: ${isRefresh ? 'refresh' : path} ${status}`)
  }

  async function client(n: number): Promise<void> {
    for (let at = n; !isOver || left > 0; at += 1) await probe(n, at)
  }

  /** Keeps the last session fresh, one refresh after the other. */
  async function refresher(): Promise<void> {
    const last = victim.refresh.length - 1
    for (let n = 0; !isOver; n += 1) {
      const got = await refresh(ask(n), victim.refresh[last] as string, n % 4 < 2 ? 'RPC' : 'REST')
      if (got.status !== 200) return
      victim.access.push(got.access)
      victim.refresh[last] = got.refresh
    }
  }

  async function end(): Promise<void> {
    const token = ending.own ? (await login(ask(by), victim.username)).access : root
    while (good.some((each) => each < clients)) await new Promise((resolve) => setTimeout(resolve, 5))
    for (const [method, path, json] of ending.requests({ ...victim, access: victim.access.slice(0, 2) })) {
      const { status } = await ask(by)(method, path, { token, ...(json && { json }) })
      if (status !== 200) throw new Error(`${method} ${path}: ${status}`)
    }
    isOver = true
  }

  const ends = end().catch((error) => {
    ;[isOver, left] = [true, 0]
    throw error
  })
  const seen = ends.then(() => stored(target))
  await Promise.all([ends, refresher(), ...Array.from({ length: clients }, (_, n) => client(n))])
  const [before, after] = [JSON.stringify(await seen), JSON.stringify(await stored(target))]
  if (before !== after) throw new Error(`${ending.style} ${ending.name}: ${before} became ${after}`)
}

async function makeVictim(ask: Ask, root: string, { role }: Ending): Promise<Victim> {
  const username = `v${fresh().slice(0, 20)}`
  const id = await makeUser(ask, root, role ?? 'user', username)
  const sessions = [await login(ask, username), await login(ask, username)]
  return { id, username, access: sessions.map((each) => each.access), refresh: sessions.map((each) => each.refresh) }
}

async function makeUser(ask: Ask, root: string, role: string, username = `o${fresh().slice(0, 20)}`): Promise<string> {
  const json = { username, email: `${username}@example.com`, password: first, role }
  const { status, body } = await ask('POST', '/users', { token: root, json })
  if (status !== 201) throw new Error(`no user: ${status} ${JSON.stringify(body)}`)
  return body.data.id
}

export async function login(
  ask: Ask,
  username: string,
  password = first,
): Promise<{ access: string; refresh: string }> {
  const { status, body } = await ask('POST', '/auth:login', { json: { username, password } })
  if (status !== 200) throw new Error(`no login: ${status} ${JSON.stringify(body)}`)
  return { access: body.access_token, refresh: body.refresh_token }
}

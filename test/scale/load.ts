import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { checkReply } from '../support/contract-check.ts'
import { type Call, type Reply, send } from '../support/wire.ts'
import { isLinearizable, type Operation } from './history.ts'

/** What clients have seen, from their first request to their last. */
export interface Seen {
  /** Names of users that were asked for; whether an answer said that they are there. */
  readonly created: Map<string, boolean>
  /** By user, what was done to their email. */
  readonly histories: Map<string, Operation[]>
  /** How many answers of each status came; `lost` where the service sent none. */
  readonly answers: Record<string, number>
  /** Answers that no outage excuses. */
  readonly wrong: string[]
  /** Of each client, when an answer other than 503 came. */
  readonly served: number[][]
  /** The longest wait for an answer, in milliseconds. */
  longestMs: number
}

export interface LoadOptions {
  /** Where a client sends its requests. */
  readonly urlOf: (client: number) => string
  /** Of a super_admin. */
  readonly token: string
  /** Users that all clients write to, with their emails. */
  readonly users: readonly { readonly id: string; readonly email: string }[]
  readonly clients: number
  /** Begins the names that this load gives, where there are several loads. */
  readonly prefix?: string
  readonly isOver: () => boolean
  /** Between two requests of a client, in milliseconds. */
  readonly pauseMs?: number
}

/**
 * Clients who make users, and read and change the emails of the same few in both styles, until it is
 * over. After a failure a user is asked for again by the same name, as people do.
 */
export async function runLoad(options: LoadOptions): Promise<Seen> {
  const { users, clients } = options
  const seen: Seen = {
    created: new Map(),
    histories: new Map(users.map(({ id }) => [id, []])),
    answers: {},
    wrong: [],
    served: Array.from({ length: clients }, () => []),
    longestMs: 0,
  }
  await Promise.all(Array.from({ length: clients }, (_, client) => runClient(client, options, seen)))
  return seen
}

async function runClient(client: number, options: LoadOptions, seen: Seen): Promise<void> {
  const { urlOf, token, users, isOver, prefix = 'made', pauseMs = 5 } = options
  const agent = new Agent({ keepAlive: true })
  let made = 0
  let values = 0

  async function ask(method: string, path: string, call: Call = {}): Promise<Reply | undefined> {
    const began = performance.now()
    const answer = await send(agent, urlOf(client), method, path, { token, ...call }).catch(() => undefined)
    // A proxy in between says by itself that it had no answer.
    const reply = answer?.headers['x-request-id'] ? answer : undefined
    seen.longestMs = Math.max(seen.longestMs, performance.now() - began)
    const status = reply?.status ?? 'lost'
    seen.answers[status] = (seen.answers[status] ?? 0) + 1
    if (reply && reply.status !== 503) seen.served[client]?.push(performance.now())
    if (reply?.status === 503 && !reply.headers['retry-after']) seen.wrong.push(`${path}: 503 without Retry-After`)
    if (reply && ![200, 201, 409, 503].includes(reply.status))
      seen.wrong.push(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
    if (reply && reply.status !== 503) checkReply(method, path.split('?')[0] as string, reply)
    return reply
  }

  async function make(): Promise<void> {
    const username = `${prefix}-${client}-${made}`
    const json = { username, email: `${username}@example.com`, password: 'a long password', role: 'user' }
    const isRepeated = seen.created.has(username)
    if (!isRepeated) seen.created.set(username, false)
    const reply = client % 2 ? await ask('POST', '/users', { json }) : await ask('POST', '/users:create', { json })
    if (reply?.status !== 201 && reply?.status !== 409) return
    made++
    // Taken: an earlier request of ours was carried out, although nobody said so.
    if (reply.status === 201 || isRepeated) seen.created.set(username, true)
    else seen.wrong.push(`${username} was taken before anybody had asked for it`)
  }

  async function change(id: string): Promise<void> {
    // Not the email of anybody who is made.
    const value = `changed-${prefix}-${client}-${values++}@example.com`
    const began = performance.now()
    const reply =
      values % 2
        ? await ask('PATCH', `/users/${id}`, { json: { email: value } })
        : await ask('POST', `/users:update?id=${id}`, { json: { email: value } })
    const ended = reply?.status === 200 ? performance.now() : Number.POSITIVE_INFINITY
    seen.histories.get(id)?.push({ kind: 'write', value, began, ended })
  }

  async function look(id: string): Promise<void> {
    const began = performance.now()
    const reply = began % 2 < 1 ? await ask('GET', `/users/${id}`) : await ask('GET', `/users:get?id=${id}`)
    if (reply?.status !== 200) return
    const value = (reply.body.data ?? reply.body.user).email
    seen.histories.get(id)?.push({ kind: 'read', value, began, ended: performance.now() })
  }

  for (let n = 0; !isOver(); n++) {
    const { id } = users[(client + n * 7) % users.length] as { id: string }
    await (n % 6 === 0 ? make() : n % 2 ? change(id) : look(id))
    await delay(pauseMs)
  }
  agent.destroy()
}

/**
 * What is wrong with what the clients of all loads have seen.
 *
 * @param live the names of those who are there at the end
 */
export function faultsOf(all: readonly Seen[], users: LoadOptions['users'], live: readonly string[]): string[] {
  const created = all.flatMap((seen) => [...seen.created])
  const there = new Set(live)
  const lost = created.filter(([name, acknowledged]) => acknowledged && !there.has(name))
  const historyOf = (id: string) => all.flatMap(({ histories }) => histories.get(id) ?? [])
  const impossible = users.filter(({ id, email }) => !isLinearizable(historyOf(id), email))
  return [
    ...all.flatMap(({ wrong }) => wrong).slice(0, 10),
    ...lost.map(([name]) => `${name} was acknowledged, and is not there`),
    ...impossible.map(({ id }) => `the history of ${id} is impossible`),
  ]
}

import { Agent } from 'node:http'
import { type Call, type Reply, send } from '../support/service.ts'

/** The password of everybody whom the load makes. */
const password = 'correct horse battery'

/** What is to be found of a user. */
interface Made {
  answered: boolean
  email: string
  deleted: boolean
}

/** What has become of the requests so far. */
export interface Tally {
  /** Requests that were sent and have ended, in either way. */
  requests: number
  writes: number
  /** What was not answered as it should have been, in words. */
  readonly failures: string[]
  /** By their names. */
  readonly made: Map<string, Made>
  /** Answered writes by the event that each leaves in the audit trail. */
  readonly events: Record<'user_created' | 'user_changed' | 'user_deleted' | 'session_refreshed', number>
}

/**
 * Clients on connections of their own, kept alive, who read and write in both styles, one request
 * after the other, until told to stop.
 *
 * @param token of an administrator
 */
export function startLoad(url: string, token: string, clients: number): { tally: Tally; stop(): Promise<void> } {
  const events = { user_created: 0, user_changed: 0, user_deleted: 0, session_refreshed: 0 }
  const tally: Tally = { requests: 0, writes: 0, failures: [], made: new Map(), events }
  let going = true
  const running = Array.from({ length: clients }, async (_, n) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let round = 0; going; round++) await live(agent, `load-${n}-${round}`)
    agent.destroy()
  })
  return {
    tally,
    async stop() {
      going = false
      await Promise.all(running)
    },
  }

  /** The life of a user: made, logged in, read, changed, half of them deleted. */
  async function live(agent: Agent, name: string): Promise<void> {
    const isEven = tally.made.size % 2 === 0
    const ask = async (method: string, path: string, status: number, call: Call): Promise<Reply | undefined> => {
      if (!going) return undefined
      const reply = await send(agent, url, method, path, call).catch((error: Error) => error)
      tally.requests++
      if (!(reply instanceof Error) && reply.status === status) return reply
      const said = reply instanceof Error ? String(reply) : `${reply.status} ${JSON.stringify(reply.body)}`
      tally.failures.push(`${method} ${path.split('?')[0]}: ${said}`)
      return undefined
    }
    const write = async (event: keyof Tally['events'], ...request: Parameters<typeof ask>) => {
      const reply = await ask(...request)
      if (reply) {
        tally.writes++
        events[event]++
      }
      return reply
    }
    const entry: Made = { answered: false, email: `${name}@example.com`, deleted: false }
    const id = await make()
    if (id === undefined) return
    const login = await ask('POST', '/auth:login', 200, { json: { username: name, password } })
    let refresh = login?.body.refresh_token
    for (let turn = 0; turn < 20 && going; turn++) {
      await ask('GET', `/users:get?id=${id}`, 200, { token })
      await ask('GET', `/users/${id}`, 200, { token })
      await ask('GET', `/users:list?limit=5&search=${name}`, 200, { token })
      await ask('GET', `/users?limit=5&role=user`, 200, { token })
      await change(`${name}-${turn}@example.com`, turn % 2 === 0)
      if (turn % 5 === 0 && refresh) {
        const json = { refreshToken: refresh }
        refresh = (await write('session_refreshed', 'POST', '/auth/refresh', 200, { json }))?.body.data.refreshToken
      }
      if (turn % 7 === 0) await ask('GET', '/users/stats', 200, { token })
    }
    if (isEven) await remove()

    async function make(): Promise<string | undefined> {
      if (!going) return undefined
      const json = { username: name, email: entry.email, password, role: 'user' }
      tally.made.set(name, entry)
      const reply = isEven
        ? await write('user_created', 'POST', '/users:create', 201, { token, json })
        : await write('user_created', 'POST', '/users', 201, { token, json })
      if (!reply) return undefined
      entry.answered = true
      return (isEven ? reply.body.user : reply.body.data).id
    }

    async function change(email: string, byRpc: boolean): Promise<void> {
      const reply = byRpc
        ? await write('user_changed', 'POST', `/users:update?id=${id}`, 200, { token, json: { email } })
        : await write('user_changed', 'PATCH', `/users/${id}`, 200, { token, json: { email } })
      if (reply) entry.email = email
    }

    async function remove(): Promise<void> {
      if (await write('user_deleted', 'DELETE', `/users/${id}`, 200, { token })) entry.deleted = true
    }
  }
}

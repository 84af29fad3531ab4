import { Agent } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanUp, ask as query, start, urlOf } from '../process/janus.ts'
import { checkReply } from '../support/contract-check.ts'
import { emptyDatabase } from '../support/database.ts'
import { inFull, writeFigures } from '../support/figures.ts'
import { send, startService } from '../support/service.ts'
import { startAnother } from './another-instance.ts'
import { type Ask, endings } from './revocation.ts'
import { login, type Tally, tryEnding } from './revocation-trial.ts'

/** Requests with old tokens that begin after the end, for each kind of end. */
const wanted = inFull ? 10_000 : 120
const rounds = (kind: string) => (inFull ? 20 : (endings[kind]?.length ?? 0))

const newTally = (): Tally => ({ requests: 0, succeeded: [], underWay: 0 })

describe('of two processes on one database', () => {
  const agents = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })]
  const rows: string[] = []
  let database: Awaited<ReturnType<typeof emptyDatabase>>
  let asks: Ask[]
  let root: string

  beforeAll(async () => {
    database = await emptyDatabase()
    const env = {
      DATABASE_URL: urlOf(database.connection),
      RATE_LIMIT_PER_MINUTE: '0',
      ADMIN_PASSWORD: 'the password of root',
      ADMIN_ROLE: 'super_admin',
    }
    const processes = await Promise.all([start(env), start(env)])
    const urls = await Promise.all(processes.map(({ url }) => url))
    asks = urls.map((url, n) => async (method, path, call) => {
      const reply = await send(agents[n], url, method, path, call)
      checkReply(method, path.split('?')[0] as string, reply)
      return reply
    })
    root = (await login(asks[0] as Ask, 'admin', 'the password of root')).access
  })
  afterAll(async () => {
    for (const agent of agents) agent.destroy()
    await cleanUp()
    await database.close()
  })

  const stored = (id: string) =>
    query(database.connection, `select full_name, email, can_write, updated_at from users where id = '${id}'`)

  it.each(Object.keys(endings))('neither takes an old token after the answer to a %s', async (kind) => {
    const tally = newTally()
    const ways = endings[kind] ?? []
    for (let n = 0; n < rounds(kind); n++) {
      const ending = ways[n % ways.length] as (typeof ways)[number]
      const requests = Math.ceil(wanted / rounds(kind))
      // Every way is ended by one process in one round, and by the other in another.
      await tryEnding({ asks, root, ending, by: n + Math.floor(n / ways.length), requests, tally, stored })
    }
    expect(tally.succeeded).toEqual([])
    expect(tally.requests).toBeGreaterThanOrEqual(wanted)
    rows.push(`| ${kind} | ${rounds(kind)} | ${tally.requests} | ${tally.succeeded.length} | ${tally.underWay} |`)
  })

  it('figures', () => {
    expect(rows).toHaveLength(Object.keys(endings).length)
    writeFigures(
      'revocation',
      `# Old tokens after the answer that ends them
* two processes on one database; 6 clients send requests with the old tokens to both, reads, writes and
  refreshes of both styles, while one of the two answers what ends them

| | times | requests that began after the 200 | of these succeeded | succeeded, begun before the 200 and answered after it |
| --- | --: | --: | --: | --: |
${rows.join('\n')}

A demotion leaves its sessions: there, what succeeds is a call that the new role may not make. Tokens of
refreshes that were under way are tried as well. After each end the row of whom the requests would
change was compared with what it was at the 200: no write came later.`,
    )
  })
})

it('finds a process that remembers who calls for a moment', async () => {
  const remembered = new Map<string, Promise<unknown>>()
  const service = await startService({ rateLimitPerMinute: 0 })
  const forgetful = await startAnother(
    {
      ...service,
      store: {
        ...service.store,
        batch: (async (calls: readonly (readonly unknown[])[]) => {
          const [[, method, id] = []] = calls
          if (method !== 'find') return service.store.batch(calls as never)
          if (!remembered.has(`${id}`)) remembered.set(`${id}`, service.store.batch(calls as never))
          return remembered.get(`${id}`)
        }) as never,
      },
    },
    { rateLimitPerMinute: 0 },
  )
  try {
    const { token: root } = await service.as('super_admin')
    const tally = newTally()
    const [ending] = endings.revoke ?? []
    const asks = [service.call, forgetful.call]
    const stored = (id: string) => service.store.users.find(id)
    if (ending) await tryEnding({ asks, root, ending, by: 0, requests: 60, tally, stored })
    expect(tally.succeeded.length).toBeGreaterThan(5)
  } finally {
    await forgetful.close()
    await service.close()
  }
})

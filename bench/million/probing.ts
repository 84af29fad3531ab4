import { spent } from '../measure/processor-time.ts'
import { median, quantile } from '../measure/statistics.ts'
import type { Subject, World } from '../measure/world.ts'
import { authorized } from '../requests.ts'
import type { Probe } from './pages.ts'

/** What a call took one client, in milliseconds: the database and everything before it. */
export interface Probed extends Probe {
  readonly p50: number
  readonly p99: number
  /** Of these, processor time of the database. */
  readonly database: number
  readonly failure?: string
}

/** More than six: at the sixth a prepared statement may get another plan. */
const times = 10
const timesAgain = 30

/**
 * Sends the request again and again, alone. What was slower than the limit is tried once more, and
 * for longer: a disturbance of the machine is not the database's.
 */
export async function probe(world: World, subject: Subject, asked: Probe, limit: number): Promise<Probed> {
  const first = await attempt(world, subject, asked, times)
  return first.p99 <= limit || first.p50 > 20 * limit ? first : attempt(world, subject, asked, timesAgain)
}

async function attempt(world: World, { server, material }: Subject, asked: Probe, atMost: number): Promise<Probed> {
  const before = await world.postgres.backendTimes()
  const request = { method: 'GET', path: asked.path, headers: authorized(material, 0) }
  const groups = [{ name: asked.title, connections: [[request]] }]
  const [outcome] = await world.load.run({ url: server.url, seconds: 5, atMost, groups })
  const { ms = [], count = 1, failure } = outcome ?? {}
  const database = spent(before, await world.postgres.backendTimes()) / 1000 / count
  return { ...asked, p50: median(ms), p99: quantile(ms, 0.99), database, ...(failure && { failure }) }
}

/** How many users a list has; undefined where it was not answered. */
export async function totalOf({ server, material }: Subject, query: string): Promise<number | undefined> {
  const answer = await fetch(`${server.url}/users?limit=1&${query}`, { headers: authorized(material, 0) })
  if (!answer.ok) return undefined
  return ((await answer.json()) as { pagination: { total: number } }).pagination.total
}

import { isDeepStrictEqual } from 'node:util'
import type { Reply } from '../support/wire.ts'
import { Divergence } from './divergence.ts'
import type { Sent } from './fault.ts'
import { fill, type Names } from './names.ts'
import type { Told } from './rules-audit.ts'
import { camel } from './wire-parts.ts'
import { type Trail, wires } from './wires.ts'

/**
 * Holds the audit trail after a number, as each style shows it, against what the model has told.
 *
 * @returns the number of its last event
 * @throws Divergence
 */
export async function checkTrail(
  deliver: (sent: Sent) => Promise<Reply>,
  names: Names,
  after: number,
  expected: readonly Told[],
): Promise<number> {
  let last = after
  for (const { trail } of wires) {
    if (!trail) continue
    const exchange = { method: 'GET', path: `${trail.path}?after=${after}`, authorization: 'Bearer $ROOT', status: 200 }
    const found: Told[] = []
    for (let next: number | null = after; next !== null; ) {
      const path = `${trail.path}?limit=100&after=${next}`
      const { status, body } = await deliver({ method: 'GET', path, authorization: fill(names, 'Bearer $ROOT') })
      if (status !== 200) throw new Divergence(exchange, { status: 200 }, { status, body })
      const events = trail.eventsOf(body)
      found.push(...events.map((event: any) => toldOf(event, names, trail)))
      last = events.at(-1)?.number ?? last
      next = trail.nextOf(body)
    }
    // The order of names means nothing.
    const plain = JSON.parse(JSON.stringify(expected))
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(found)), plain))
      throw new Divergence(exchange, { events: plain }, { events: found })
  }
  return last
}

function toldOf(event: any, names: Names, { nameOf }: Trail): Told & { readonly credential?: string } {
  const part = (name: string) => event[nameOf(name)]
  const numbers = new Map(
    [...names].flatMap(([name, id]) => (/^[UL]\d+$/.test(name) ? [[id, Number(name.slice(1))]] : [])),
  )
  const numberOf = (id: string | null) => (id === null ? null : (numbers.get(id) ?? -1))
  const [actor, target] = [numberOf(part('actor_id')), numberOf(part('target_id'))]
  const changes = event.changes.map(({ field, from, to }: any) => [camel(field), [from, to]])
  const { details } = event
  const isKnown = event.credential.kind === 'session'
  return {
    action: event.action,
    actor,
    target,
    ...(changes.length > 0 && { changes: Object.fromEntries(changes) }),
    ...(details?.[nameOf('must_change')] && { mustChange: true }),
    // By its own rule: an actor is known by a session, and by nothing else.
    ...(isKnown !== (actor !== null) && { credential: event.credential.kind }),
  }
}

import type { Fault } from './fault.ts'
import { during, editAnswer, isTo } from './seams.ts'

/** Bugs by which the audit trail does not tell what was done. */
export const plantedAudit: readonly Fault[] = [
  {
    name: 'REST: an event that is missing in the audit trail',
    store: during(isTo('PATCH /auth/profile'), () => ({ audit: { insert: async () => {} } })),
  },
  {
    name: 'the audit trail has a wrong actor',
    store: ({ audit }) => ({
      audit: {
        insert: (events) =>
          audit.insert(events.map((event) => (event.actorId ? { ...event, actorId: event.targetId } : event))),
      },
    }),
  },
  {
    name: 'the audit trail tells of a refresh twice',
    store: ({ audit }) => ({
      audit: {
        insert: (events) =>
          audit.insert(
            [...events, ...events.filter(({ action }) => action === 'session_refreshed')].map((event, at) =>
              at < events.length
                ? event
                : { ...event, id: event.id.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
            ),
          ),
      },
    }),
  },
  {
    name: 'RPC: the audit trail passes over its last event',
    reply: editAnswer('GET /audit:list', (body) => {
      if (body.next_cursor === null) body.events.pop()
    }),
  },
]

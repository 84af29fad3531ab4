import type { AuditEvent } from '../../domain/audit/event.ts'
import type { SealedEvent } from '../../domain/audit/store.ts'
import { presentChanges, readAuditFilter } from '../audit.ts'
import type { components, HandlersOf } from '../contract.ts'
import { reading } from '../operation.ts'
import type { HandlerDeps } from '../style.ts'
import { presentTime } from '../time.ts'

type Schemas = components['schemas']

export function createRestAudit({ audit }: HandlerDeps): HandlersOf<'Rest.Audit'> {
  return {
    'Rest.Audit.list': reading(
      ({ query: { limit = 20, ...asked } }) => audit.list({ ...readAuditFilter(asked), limit }),
      ({ query: { limit = 20 }, reply }, { events, next }) =>
        reply(200, {
          success: true,
          data: events.map(presentEvent),
          pagination: { limit, nextCursor: next ?? null },
        }),
    ),
  }
}

function presentEvent({ id: _, at, changes, details, requestId, ...event }: SealedEvent): Schemas['Rest.AuditEvent'] {
  return {
    ...event,
    at: presentTime(at),
    changes: presentChanges(changes),
    details: details && presentDetails(details),
    // Written with every event.
    requestId: requestId as string,
  }
}

/** What the contract does not show has to be named here. */
function presentDetails({ before: _, root: __, ...shown }: NonNullable<AuditEvent['details']>) {
  return shown satisfies Pick<Schemas['Rest.AuditDetails'], keyof typeof shown>
}

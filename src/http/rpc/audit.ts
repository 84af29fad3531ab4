import type { AuditEvent } from '../../domain/audit/event.ts'
import type { SealedEvent } from '../../domain/audit/store.ts'
import { toUlid } from '../../domain/id.ts'
import { presentChanges, readAuditFilter } from '../audit.ts'
import type { components, HandlersOf } from '../contract.ts'
import { reading } from '../operation.ts'
import type { HandlerDeps } from '../style.ts'
import { presentTime } from '../time.ts'

type Schemas = components['schemas']

export function createRpcAudit({ audit }: HandlerDeps): HandlersOf<'Rpc.Audit'> {
  return {
    'Rpc.Audit.list': reading(
      ({ query: { limit = 15, ...asked } }) => audit.list({ ...readAuditFilter(asked), limit }),
      ({ query: { limit = 15 }, reply }, { events, next }) =>
        reply(200, { events: events.map(presentEvent), next_cursor: next ?? null, limit }),
    ),
  }
}

function presentEvent(event: SealedEvent): Schemas['Rpc.AuditEvent'] {
  const { number, at, action, credential, changes, details, address } = event
  return {
    number,
    at: presentTime(at),
    action,
    actor_id: idOf(event.actorId),
    credential: { kind: credential.kind, id: idOf(credential.id) },
    target_id: idOf(event.targetId),
    session_id: idOf(event.sessionId),
    changes: presentChanges(changes, snakeCase),
    details: details && presentDetails(details),
    address,
    user_agent: event.userAgent,
    // Written with every event.
    request_id: event.requestId as string,
  }
}

const idOf = (id: string | null | undefined) => (id ? toUlid(id) : null)

/** `fullName` as this style has it. */
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function presentDetails(details: NonNullable<AuditEvent['details']>): Schemas['Rpc.AuditDetails'] {
  const { nameDigest, mustChange, exceptSessionId, before: _, root: __, ...fields } = details
  // What is written otherwise here has to be named above.
  fields satisfies Pick<Schemas['Rpc.AuditDetails'], keyof typeof fields>
  return {
    ...fields,
    ...(nameDigest && { name_digest: nameDigest }),
    ...(mustChange && { must_change: mustChange }),
    ...(exceptSessionId && { except_session_id: toUlid(exceptSessionId) }),
  }
}

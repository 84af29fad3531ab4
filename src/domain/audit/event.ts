import { type Caller, type Origin, shownOrigin } from '../caller.ts'
import type { Changes, EventContext, EventDetails } from '../events.ts'

/** What the audit trail has of an event: who did what, to whom, with what, from where and when. */
export interface AuditEvent {
  /** UUIDv7. */
  readonly id: string
  readonly at: Date
  readonly action: EventDetails['event']
  /** Null where nobody was known, as at a login, and for the operator. */
  readonly actorId: string | null
  readonly credential: { readonly kind: 'session' | 'operator' | 'none'; readonly id: string | null }
  /** To whom it was done. */
  readonly targetId: string | null
  /** The session that it was about. */
  readonly sessionId: string | null
  readonly changes: Changes | null
  /** What else the event says of itself, by name. */
  readonly details: AuditDetails | null
  readonly address: string | null
  readonly userAgent: string | null
  readonly requestId: string | null
}

/** @param id for the event in the trail */
export function auditEvent(
  id: string,
  given: EventDetails,
  by: Caller | Origin,
  { at, callerId }: EventContext,
): AuditEvent {
  const { event: action, userId = null, sessionId = null, changes = null, ...details } = given as Loose
  const origin = 'principal' in by ? by.origin : by
  return {
    id,
    at,
    action,
    actorId: callerId,
    credential: credentialOf(by),
    targetId: userId,
    sessionId,
    changes,
    details: Object.keys(details).length > 0 ? details : null,
    ...shownOrigin(origin),
    requestId: origin.requestId,
  }
}

/** Of all events together, what one may have. */
type Loose = { readonly [Name in NameOf<EventDetails>]?: ValueOf<EventDetails, Name> } & Pick<EventDetails, 'event'>
type NameOf<Each> = Each extends unknown ? keyof Each : never
type ValueOf<Each, Name extends PropertyKey> = Each extends { readonly [N in Name]?: infer Value } ? Value : never

/** What an event has beside its action, whom and which session it is about, and the changes. */
export type AuditDetails = Omit<Loose, 'event' | 'userId' | 'sessionId' | 'changes'>

function credentialOf(by: Caller | Origin): AuditEvent['credential'] {
  if ('principal' in by) return { kind: by.credential.kind, id: by.credential.id }
  return { kind: by.operator ? 'operator' : 'none', id: null }
}

import type { AuditEvent } from '../domain/audit/event.ts'
import type { AuditFilter } from '../domain/audit/store.ts'
import { requireId } from '../domain/id.ts'
import type { components } from './contract.ts'
import { readTime } from './time.ts'

interface Asked extends Pick<AuditFilter, 'after' | 'action'> {
  readonly actor?: string
  readonly target?: string
  readonly from?: string
  readonly to?: string
}

/** The filter of a request, which both styles write alike. */
export function readAuditFilter({ actor, target, from, to, ...same }: Asked): AuditFilter {
  return {
    ...same,
    ...(actor !== undefined && { actorId: requireId(actor) }),
    ...(target !== undefined && { targetId: requireId(target) }),
    ...(from !== undefined && { from: readTime(from) }),
    ...(to !== undefined && { to: readTime(to) }),
  }
}

/**
 * Fields before and after, as both styles list them. No field is of another type: times and ids of
 * users do not change.
 *
 * @param nameOf the name of a field in the style
 */
export const presentChanges = (changes: AuditEvent['changes'], nameOf = (name: string) => name): Change[] =>
  Object.entries(changes ?? {}).map(([field, { from, to }]) => ({ field: nameOf(field), from, to }) as Change)

type Change = components['schemas']['AuditChange']

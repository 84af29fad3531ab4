import type { AuditFilter } from '../domain/audit/store.ts'
import { requireId } from '../domain/id.ts'
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

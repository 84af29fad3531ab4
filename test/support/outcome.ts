import type { FailurePart } from '../../contract/document.ts'
import { at } from '../../contract/pointer.ts'
import { ours } from './contract-coverage.ts'
import type { Reply } from './wire.ts'

/** What a part of a failure can be, in whichever style it is. */
function partsOf(body: object | undefined, part: FailurePart): unknown[] {
  const pointers = Object.values(ours['x-styles']).flatMap(({ failure }) => failure[part] ?? [])
  return pointers.map((pointer) => body && at<unknown>(body, pointer))
}

/** A part of a failure that is one value, in whichever style it is. */
export function partOf({ body }: Reply, part: FailurePart): unknown {
  return partsOf(body, part).find((each) => each !== undefined)
}

/** Status and stable code of a reply, in any style: `400 INVALID_JSON`, `404 USER_001`, `200`. */
export function outcome(reply: Reply): string {
  const code = partOf(reply, 'code')
  return code === undefined ? `${reply.status}` : `${reply.status} ${code}`
}

/** The breaches that a failure lists, in any style. */
export function breachesOf({ body }: Reply): { field: string; message: string }[] {
  return partsOf(body, 'problems').find((each) => Array.isArray(each)) ?? []
}

/** Only where they are. */
export function fieldsOf(reply: Reply): string[] {
  return breachesOf(reply).map(({ field }) => field)
}

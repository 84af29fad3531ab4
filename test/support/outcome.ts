import type { Reply } from './contract-check.ts'

/** Status and stable code of a reply, in either style: `400 INVALID_JSON`, `404 USER_001`, `200`. */
export function outcome({ status, body }: Reply): string {
  const code = body?.error_code ?? body?.details?.code
  return code === undefined ? `${status}` : `${status} ${code}`
}

/** The breaches that a failure lists, in either style. */
export function breachesOf({ body }: Reply): { field: string; message: string }[] {
  return body.details?.errors ?? body.details ?? []
}

/** Only where they are. */
export function fieldsOf(reply: Reply): string[] {
  return breachesOf(reply).map(({ field }) => field)
}

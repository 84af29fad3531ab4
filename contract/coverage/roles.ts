import type { Declared } from './declared.ts'

export interface Verdict {
  /**
   * What the answer says: the request succeeded, it was refused for its role, or it came past the
   * check of the role and failed later.
   */
  readonly verdict: 'allowed' | 'refused' | 'passed'
  /** Whether the document has it so. */
  readonly fits: boolean
}

/**
 * What is answered before the role is looked at, or in spite of it; a 401 to somebody tells of the
 * token, not of the role.
 */
const undecided = [401, 429, 500, 503]

/**
 * What an answer tells of who may call; undefined where it tells nothing.
 *
 * @param role of the caller, or `nobody` where there is no token
 * @param code of the failure, if it is one
 */
export function judgeRole(
  { roles, roleCode }: Declared,
  role: string,
  status: number,
  code: string | undefined,
): Verdict | undefined {
  const declared = roles.find((each) => each.role === role)
  if (!declared) return undefined
  // The 401 of a public operation tells of a password or a refresh token.
  const isPublic = roles.some((each) => each.role === 'nobody' && each.allowed)
  const refused = role === 'nobody' ? status === 401 && !isPublic : code !== undefined && code === roleCode
  if (refused) return { verdict: 'refused', fits: !declared.allowed }
  if (undecided.includes(status)) return undefined
  return { verdict: status < 300 ? 'allowed' : 'passed', fits: declared.allowed }
}

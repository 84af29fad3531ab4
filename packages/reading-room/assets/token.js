// @ts-check

/**
 * The access token in an answer: `access_token` (RFC 6749, 5.1), however the API spells that and
 * wraps it.
 * @param {unknown} answer
 * @returns {string | undefined}
 */
export function tokenIn(answer) {
  return valueIn(answer, /^access_?token$/i)
}

/**
 * The code and the sentence of a failure, by the names that they mostly have.
 * @param {unknown} answer
 */
export function failureIn(answer) {
  return { code: valueIn(answer, /^(error_?)?code$/i), message: valueIn(answer, /^(message|error|detail|title)$/i) }
}

/**
 * The first text of such a name, the outermost first.
 * @param {unknown} value @param {RegExp} name
 * @returns {string | undefined}
 */
function valueIn(value, name) {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) if (typeof inner === 'string' && name.test(key)) return inner
  for (const inner of Object.values(value)) {
    const found = valueIn(inner, name)
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * What a JWT says of itself; for show only, the service judges it anew.
 * @param {string} jwt
 * @returns {{ exp?: number, name: string, role?: string } | undefined}
 */
export function claimsOf(jwt) {
  try {
    const bytes = Uint8Array.from(atob((jwt.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    )
    const claims = JSON.parse(new TextDecoder().decode(bytes))
    return {
      ...claims,
      name: claims.username ?? claims.preferred_username ?? claims.name ?? claims.sub ?? 'Some token',
    }
  } catch {
    return undefined
  }
}

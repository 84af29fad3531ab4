// @ts-check

/**
 * The access token in an answer of either style.
 * @param {any} answer
 * @returns {string | undefined}
 */
export function tokenIn(answer) {
  const found = answer?.access_token ?? answer?.data?.accessToken
  return typeof found === 'string' ? found : undefined
}

/**
 * What a JWT says of itself; for show only, the service judges it anew.
 * @param {string} jwt
 * @returns {{ exp?: number, username?: string, role?: string } | undefined}
 */
export function claimsOf(jwt) {
  try {
    const bytes = Uint8Array.from(atob((jwt.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    )
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

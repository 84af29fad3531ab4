/** The first administrator's password: one that was made at this start, or `given` by the configuration. */
type FirstPassword = { readonly password: string } | 'given' | undefined

/**
 * What a start says when it is done: the address, where to read on, the first administrator if there is a new one, and two lines to paste. A password is
 * shown only when it was made here, and only this once.
 */
export function firstSteps(address: string, username: string, first: FirstPassword): string {
  const made = typeof first === 'object' ? first.password : undefined
  const body = `{"username":"${username}","password":"${made ?? 'PASSWORD'}"}`
  return [
    '',
    `Janus answers at ${address}`,
    `The contract, to read and to try: ${address}/docs/`,
    ...(made
      ? ['', `  administrator  ${username}`, `  password       ${made}   (shown only now; change it when you like)`]
      : []),
    ...(first === 'given' ? ['', `  administrator  ${username}, with the password of ADMIN_PASSWORD`] : []),
    '',
    made ? 'To try it, paste:' : `To try it, put the password of ${username} in the place of PASSWORD and paste:`,
    '',
    `ACCESS_TOKEN=$(curl -s ${address}/auth:login -H 'Content-Type: application/json' -d '${body}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    `curl -s ${address}/users:list -H "Authorization: Bearer $ACCESS_TOKEN"`,
    '',
  ].join('\n')
}

import type { FirstPassword } from './first-password.ts'

/** Where the service listens, as a URL. */
export function addressOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/**
 * What a start says when it is done: the address, where to read on, the first administrator if
 * there is a new one, and two lines to paste. A password is shown only when it was made here, and
 * only this once; one that lies in a file is named by it, and read from there by the lines.
 */
export function firstSteps(address: string, username: string, first: FirstPassword): string {
  const made = typeof first === 'object' ? first : undefined
  const password = made && ('file' in made ? `'"$(cat ${quoted(made.file)})"'` : made.password)
  const body = `{"username":"${username}","password":"${password ?? 'PASSWORD'}"}`
  return [
    '',
    `Janus answers at ${address}`,
    `The contract, to read and to try: ${address}/docs/`,
    ...(made ? ['', `  administrator  ${username}`, passwordLine(made)] : []),
    ...(first === 'given'
      ? ['', `  administrator  ${username}, with the password of ADMIN_PASSWORD (or ADMIN_PASSWORD_FILE)`]
      : []),
    '',
    made ? 'To try it, paste:' : `To try it, put the password of ${username} in the place of PASSWORD and paste:`,
    '',
    `ACCESS_TOKEN=$(curl -s ${address}/auth:login -H 'Content-Type: application/json' -d '${body}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    `curl -s ${address}/users:list -H "Authorization: Bearer $ACCESS_TOKEN"`,
    '',
  ].join('\n')
}

function passwordLine(made: { password: string } | { file: string }): string {
  return 'file' in made
    ? `  password       in ${made.file}   (change it; the file goes with the next start then)`
    : `  password       ${made.password}   (shown only now; change it when you like)`
}

/** For a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

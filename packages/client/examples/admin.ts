/**
 * What an administrator does by hand, as a script:
 *
 *     export JANUS_URL=http://127.0.0.1:6006 JANUS_USERNAME=admin JANUS_PASSWORD=…
 *     node admin.ts suspended             # who is suspended
 *     node admin.ts find moon             # whose username, email or full name has this in it
 *     node admin.ts reset-password moon   # of one user, by username or email; ends their sessions
 */
import { randomBytes } from 'node:crypto'
import process, { argv, env, exit, stderr, stdout } from 'node:process'
import { createJanus, JanusError } from 'janus-users-client'
import { type Rest, rest, type User } from 'janus-users-client/rest'
import { rpc } from 'janus-users-client/rpc'

const [command, text] = argv.slice(2)
if (command === 'suspended' ? text : !['find', 'reset-password'].includes(command ?? '') || !text)
  fail('usage: node admin.ts suspended | find TEXT | reset-password USER')
const { JANUS_URL: baseUrl, JANUS_USERNAME: username, JANUS_PASSWORD: password } = env
if (!baseUrl?.startsWith('http') || !username || !password)
  fail('JANUS_URL (http…), JANUS_USERNAME and JANUS_PASSWORD have to be set.')

const janus = createJanus({ baseUrl, login: { username, password }, language: 'en' })
const { users } = rest(janus)

try {
  if (command === 'suspended') await show(users.list({ status: 'suspended', limit: 100 }))
  else if (command === 'find') await show(users.list({ search: text, limit: 100 }))
  else if (text) await resetPassword(text)
} catch (error) {
  if (!(error instanceof JanusError)) throw error
  stderr.write(`${sentenceOf(error)}\n`)
  process.exitCode = 1
} finally {
  // Left open, the session would live for days.
  await janus.logout().catch(() => {})
}

async function show(list: ReturnType<Rest['users']['list']>) {
  const rows = [['USERNAME', 'EMAIL', 'NAME', 'ROLE', 'STATUS', 'LAST LOGIN']]
  for await (const user of list)
    rows.push([user.username, user.email, user.fullName, user.role, user.status, user.lastLoginAt ?? 'never'])
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  const widths = [0, 1, 2, 3, 4, 5].map(widthOf)
  for (const row of rows) stdout.write(`${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}\n`)
  stdout.write(`${rows.length - 1} users\n`)
}

async function resetPassword(who: string) {
  const user = await find(who)
  if (!user) {
    stderr.write(`Nobody has the username or email ${who}.\n`)
    process.exitCode = 1
    return
  }
  const fresh = randomBytes(15).toString('base64url')
  // A call of the other style, in the same session; it takes the ids of both.
  await rpc(janus).users.update(user.id, { action: 'reset_password', new_password: fresh })
  stdout.write(`The password of ${user.username} (${user.email}) is now ${fresh}\n`)
}

async function find(who: string): Promise<User | undefined> {
  const wanted = who.toLowerCase()
  for await (const user of users.list({ search: who, limit: 100 }))
    if ([user.username, user.email].some((name) => name.toLowerCase() === wanted)) return user
}

function sentenceOf({ message, code, problems, requestId }: JanusError): string {
  const details = problems.map((problem) => `\n  ${problem.field}: ${problem.message}`).join('')
  return `${message} (${code}${requestId ? `, request ${requestId}` : ''})${details}`
}

function fail(sentence: string): never {
  stderr.write(`${sentence}\n`)
  exit(1)
}

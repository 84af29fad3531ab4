/**
 * `npm run admin -- list | reset-password NAME | promote NAME`: for the operator who is locked out,
 * on the database of the configuration. NAME is a username or an email.
 */
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { DomainError, type PasswordWeakness } from '../src/domain/errors.ts'
import { createPasswords } from '../src/domain/passwords/password.ts'
import { promoteAsOperator, resetPasswordAsOperator } from '../src/domain/users/operator.ts'
import { administrators, standings } from '../src/domain/users/permission-table.ts'
import { plainWalk } from '../src/domain/users/positions.ts'
import type { User } from '../src/domain/users/user.ts'
import { makePassword } from '../src/process/first-password.ts'
import { CommandError, executeOn, operatorOrigin, runCommand, type Tools, usage } from './command.ts'

const help =
  'What is to be done? npm run admin -- list shows the administrators; reset-password NAME makes a password, ' +
  'or takes the one on standard input with --stdin; promote NAME makes an active user an admin, with ' +
  '--role super_admin a super administrator, with --activate also one who is not active.'

const weaknesses: Readonly<Record<PasswordWeakness, string>> = {
  too_short: 'is too short: 8 characters are needed',
  too_long: 'is too long: 128 characters are allowed',
  common: 'is one of those that are tried first',
  contains_identity: 'must not be the username or the email',
  not_unicode: 'is no well-formed text',
}
const actions = ['list', 'reset-password', 'promote'] as const
const isAction = (word: string): word is (typeof actions)[number] => actions.some((action) => action === word)
const isAdministratorRole = (word: string): word is 'admin' | 'super_admin' =>
  administrators.some((role) => role === word)

const show = (line: string) => void process.stdout.write(`${line}\n`)
const { action, name, options } = readCommand(process.argv.slice(2))
await runCommand({ list, 'reset-password': resetPassword, promote }[action])

async function list({ database }: Tools): Promise<void> {
  for (const role of administrators) {
    for (let last: string | undefined; ; ) {
      const page = await database.store.users.listAfter({ ...plainWalk(last), role, limit: 100 })
      for (const { username, email, status, lastLoginAt } of page)
        show(`${username}  ${email}  ${role}  ${status}  last login ${lastLoginAt?.toISOString() ?? 'never'}`)
      last = page.at(-1)?.id
      if (last === undefined) break
    }
  }
}

async function resetPassword(tools: Tools): Promise<void> {
  const { config, tell } = tools
  const user = await find(tools)
  const given = options.stdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined
  const password = given ?? makePassword()
  const passwords = createPasswords({ cost: config.bcryptCost, queue: 1 })
  try {
    passwords.check(password, user)
  } catch (error) {
    const weakness = error instanceof DomainError && error.facts.weakness
    throw weakness ? new CommandError(`The password ${weaknesses[weakness]}.`) : error
  }
  const by = operatorOrigin('admin -- reset-password')
  // What was shown at a terminal, or came through a script, is known to more than its owner.
  await executeOn(tools)(resetPasswordAsOperator(by, user.id, await passwords.hash(password), true))
  tell(
    `The password of ${user.username} is set, locks are cleared and sessions ended. It has to be changed at the next login.`,
  )
  if (user.status !== 'active')
    tell(`But ${user.username} is ${user.status} and cannot log in: see npm run admin -- promote.`)
  if (given === undefined) show(password)
}

async function promote(tools: Tools): Promise<void> {
  const user = await find(tools)
  const { activate, role = 'admin' } = options
  if (user.status !== 'active' && !activate)
    throw new CommandError(
      `${user.username} is ${user.status}, perhaps for a reason. Add --activate to make the account active too.`,
    )
  const raised = !standings[user.role].reaches.includes(role)
  if (!raised && user.status === 'active') return show(`${user.username} is ${user.role} already.`)
  const wanted = { ...(raised && { role }), ...(activate && { status: 'active' as const }) }
  const { role: has } = await executeOn(tools)(promoteAsOperator(operatorOrigin('admin -- promote'), user.id, wanted))
  show(`${user.username} is ${has} now, and active.`)
}

function readCommand(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { stdin: { type: 'boolean' }, role: { type: 'string' }, activate: { type: 'boolean' } },
    })
    const [action = '', name = '', ...more] = positionals
    const { role, ...flags } = values
    if (!isAction(action) || more.length > 0 || (role !== undefined && !isAdministratorRole(role))) return usage(help)
    const asked = Object.keys(values)
    const takes = { list: [], 'reset-password': ['stdin'], promote: ['role', 'activate'] }[action] as string[]
    if ((action === 'list') !== (name === '') || asked.some((option) => !takes.includes(option))) return usage(help)
    return { action, name: name.trim(), options: { ...flags, ...(role && { role }) } }
  } catch {
    return usage(help)
  }
}

async function find({ database }: Tools): Promise<User> {
  const found = await database.store.users.findCredentials(name)
  if (found) return found.user
  throw new CommandError(`Nobody has the username or email ${JSON.stringify(name)}.`)
}

import { randomBytes, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { link, open, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '../config.ts'
import { createIds } from '../domain/id.ts'
import type { Passwords } from '../domain/passwords/password.ts'
import type { Store } from '../domain/store.ts'
import { makeFirstAdministrator } from '../domain/users/first-administrator.ts'
import { plainWalk } from '../domain/users/positions.ts'
import { openDataFolder } from '../store/data-folder.ts'
import { StartError } from './explain.ts'

/**
 * The first administrator's password: one that was made at this start, to be shown or in a file, or
 * `given` by the configuration.
 */
export type FirstPassword = { readonly password: string } | { readonly file: string } | 'given' | undefined

export interface FirstPasswordDeps {
  readonly store: Store
  readonly passwords: Passwords
}

/**
 * Makes the first administrator when there is no user.
 *
 * @returns where the password is that was made, if one was; `given` if it came from the
 *   configuration; undefined when there was somebody already
 * @throws StartError when the password cannot be kept
 */
export async function makeAdministrator(
  { admin: { password: given, ...who }, dataDir }: Pick<Config, 'admin' | 'dataDir'>,
  deps: FirstPasswordDeps & { readonly now: () => Date },
): Promise<FirstPassword> {
  const file = fileIn(dataDir)
  const shown = given ?? makePassword()
  // Standard error may be a file, a journal or a container's log, which many may read.
  const inFile = given === undefined && !process.stderr.isTTY
  const password = async () => (inFile ? keepFirstPassword(file) : shown)
  const made = await makeFirstAdministrator({ ...deps, newId: createIds(deps) }, { ...who, password })
  if (!made) return undefined
  if (given !== undefined) return 'given'
  return inFile ? { file } : { password: shown }
}

/**
 * Removes the file of the first password once it is no longer the one of the first administrator,
 * and says so.
 *
 * @throws what the store throws, and DomainError `unavailable` when too many hashes wait
 */
export async function reviewFirstPassword(
  { admin, dataDir }: Pick<Config, 'admin' | 'dataDir'>,
  deps: FirstPasswordDeps,
  print: (line: string) => void,
): Promise<void> {
  const file = fileIn(dataDir)
  const kept = await readKept(file).catch(() => undefined)
  if (kept === undefined) return
  if (await isInUse(kept, admin.username, deps))
    return print(`The first password is still in use, and in ${file}: change it, and the next start removes the file.`)
  await rm(file, { force: true })
  print(`The first password is no longer in use: ${file} is removed.`)
}

/**
 * @param username the administrator's, by the configuration; whoever came first may bear another
 * name by now
 */
async function isInUse(password: string, username: string, { store, passwords }: FirstPasswordDeps): Promise<boolean> {
  const [oldest] = await store.users.listAfter({ ...plainWalk(), limit: 1 })
  const named = await store.users.findCredentials(username)
  const candidates = [
    named,
    oldest && oldest.id !== named?.user.id && (await store.users.findCredentialsById(oldest.id)),
  ]
  for (const candidate of candidates)
    if (candidate && (await passwords.verify(password, candidate.passwordHash))) return true
  return false
}

/** Where the first password lies when nobody sits before the terminal. */
function fileIn(dataDir: string): string {
  return join(resolve(dataDir), 'first-password')
}

/** A password that nobody guesses: 120 bits. */
export function makePassword(): string {
  return randomBytes(15).toString('base64url')
}

/**
 * Keeps a new password in this file, for its owner alone and on the disk, before anybody has it. A
 * file that is there has the say: it was written by a start that was interrupted, or by one of this
 * moment beside us, and whoever of us makes the administrator, its password is in it.
 *
 * @returns the password that the file holds
 * @throws StartError
 */
async function keepFirstPassword(file: string): Promise<string> {
  try {
    await openDataFolder(dirname(file))
    const isOurs = await writeOnce(file, makePassword())
    const kept = await readKept(file)
    if (kept) return kept
    if (isOurs) await rm(file, { force: true })
    throw new Error(isOurs ? 'others could read it there' : 'there is another file of that name')
  } catch (error) {
    throw new StartError(
      `The first administrator's password cannot be written to ${file}: ${(error as Error).message}. ` +
        'Let this user write there, or set ADMIN_PASSWORD or ADMIN_PASSWORD_FILE.',
    )
  }
}

/**
 * Under another name first: who finds the file finds all of it, also after a power cut. Nothing is
 * ever replaced.
 */
async function writeOnce(file: string, password: string): Promise<boolean> {
  const draft = `${file}.new-${randomUUID()}`
  try {
    const handle = await open(draft, 'wx', 0o600)
    await handle
      .writeFile(`${password}\n`)
      .then(() => handle.sync())
      .finally(() => handle.close())
    const isFirst = await link(draft, file).then(
      () => true,
      (error) => {
        if (error.code === 'EEXIST') return false
        throw error
      },
    )
    const folder = await open(dirname(file), 'r').catch(() => undefined)
    await folder?.sync().finally(() => folder.close())
    return isFirst
  } finally {
    await rm(draft, { force: true }).catch(() => {})
  }
}

/**
 * What the file holds, if we wrote it: no link is followed, and nothing is believed that others
 * could have written.
 */
async function readKept(file: string): Promise<string | undefined> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const found = await handle.stat()
    // Windows has no such owners and modes.
    const isPrivate = !process.getuid || (found.uid === process.getuid() && (found.mode & 0o077) === 0)
    if (!found.isFile() || !isPrivate) return undefined
    return /^([\w-]{20})\n$/.exec(await handle.readFile('utf8'))?.[1]
  } finally {
    await handle.close()
  }
}

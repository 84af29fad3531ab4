import { randomBytes, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { link, open, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Passwords } from '../domain/passwords/password.ts'
import type { Store } from '../domain/store.ts'
import { openDataFolder } from '../store/data-folder.ts'

/** The first administrator's password cannot be kept anywhere; the message says what to do. */
export class FirstPasswordError extends Error {}

/** Where the first password lies when nobody sits before the terminal. */
export function firstPasswordFile(dataDir: string): string {
  return join(resolve(dataDir), 'first-password')
}

/** A password that nobody guesses: 120 bits. */
export function makePassword(): string {
  return randomBytes(15).toString('base64url')
}

/**
 * Keeps a new password in this file, for its owner alone and on the disk, before anybody has it. A file that is there has
 * the say: it was written by a start that was interrupted, or by one of this moment beside us, and whoever of us makes the
 * administrator, its password is in it.
 *
 * @returns the password that the file holds
 * @throws FirstPasswordError
 */
export async function keepFirstPassword(file: string): Promise<string> {
  try {
    await openDataFolder(dirname(file))
    const isOurs = await writeOnce(file, makePassword())
    const kept = await readKept(file)
    if (kept) return kept
    if (isOurs) await rm(file, { force: true })
    throw new Error(isOurs ? 'others could read it there' : 'there is another file of that name')
  } catch (error) {
    throw new FirstPasswordError(
      `The first administrator's password cannot be written to ${file}: ${(error as Error).message}. ` +
        'Let this user write there, or set ADMIN_PASSWORD or ADMIN_PASSWORD_FILE.',
    )
  }
}

/** Under another name first: who finds the file finds all of it, also after a power cut. Nothing is ever replaced. */
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

/** What the file holds, if we wrote it: no link is followed, and nothing is believed that others could have written. */
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

/**
 * Removes the file of the first password once it is no longer the one of the first administrator.
 *
 * @param username the administrator's, by the configuration; whoever came first may bear another name by now
 * @returns whether the file is still good, or was removed; undefined when there is none of ours
 * @throws what the store throws, and DomainError `unavailable` when too many hashes wait
 */
export async function reviewFirstPassword(
  file: string,
  { store, passwords, username }: { store: Store; passwords: Passwords; username: string },
): Promise<'good' | 'removed' | undefined> {
  const kept = await readKept(file).catch(() => undefined)
  if (kept === undefined) return undefined
  const [oldest] = await store.users.listAfter({ limit: 1 })
  const named = await store.users.findCredentials(username)
  const candidates = [
    named,
    oldest && oldest.id !== named?.user.id && (await store.users.findCredentialsById(oldest.id)),
  ]
  for (const candidate of candidates)
    if (candidate && (await passwords.verify(kept, candidate.passwordHash))) return 'good'
  await rm(file, { force: true })
  return 'removed'
}

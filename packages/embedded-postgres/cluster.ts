import { createHash } from 'node:crypto'
import { lchown, mkdtemp, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { role } from './access.ts'
import { type Account, folderSeenBy } from './account.ts'
import type { Binaries } from './binaries.ts'
import { start } from './child.ts'
import { codeOf, complaint, EmbeddedError, orWayOut, remedy } from './failure.ts'

/** The files of the database. */
export interface Cluster {
  readonly folder: string
  /** How the server names the folder. */
  readonly seenAs: string
  /** Stands in the command line of the server, where a later Janus knows it by. */
  readonly name: string
}

const draftPrefix = 'postgres.new-'

/** Where the cluster of a data folder lies. */
export function clusterFolder(dataDir: string): string {
  return join(dataDir, 'postgres')
}

/** Opens the cluster of a data folder, and makes it when there is none. */
export async function openCluster(
  dataDir: string,
  binaries: Binaries,
  account: Account,
  onCreate: () => void,
  meanwhile: () => void,
): Promise<Cluster> {
  const folder = clusterFolder(dataDir)
  const found = await versionIn(folder)
  if (found === undefined) {
    onCreate()
    await createCluster(dataDir, binaries, account, meanwhile)
  } else if (found !== majorOf(binaries.version)) {
    throw new EmbeddedError(
      `${folder} was made by PostgreSQL ${found}, and this Janus brings PostgreSQL ${binaries.version}, which cannot read it. ` +
        `Start the Janus that made it and move its data, choose another DATA_DIR, ${orWayOut}`,
    )
  }
  const real = await realpath(folder)
  await giveTo(account, real)
  const name = `janus-${createHash('sha256').update(real).digest('hex').slice(0, 12)}`
  return { folder, seenAs: await folderSeenBy(account, folder), name }
}

async function versionIn(folder: string): Promise<string | undefined> {
  try {
    return (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  const strangers = await readdir(folder).catch(() => [])
  if (strangers.length === 0) return undefined
  throw new EmbeddedError(
    `${folder} holds files, but no database. Move them away, or choose another DATA_DIR, ${orWayOut}`,
  )
}

function majorOf(version: string): string | undefined {
  return version.split('.')[0]
}

/**
 * Made under another name and renamed when whole: what a killed start leaves is never taken for a
 * database.
 */
async function createCluster(
  dataDir: string,
  binaries: Binaries,
  account: Account,
  meanwhile: () => void,
): Promise<void> {
  for (const name of await readdir(dataDir)) {
    // A dying initdb may still write into it.
    if (name.startsWith(draftPrefix)) await rm(join(dataDir, name), { recursive: true, force: true }).catch(() => {})
  }
  const draft = await mkdtemp(join(dataDir, draftPrefix))
  try {
    if (account.uid !== undefined && account.gid !== undefined) await lchown(draft, account.uid, account.gid)
    const flags = ['-D', await folderSeenBy(account, draft), '-U', role, '--auth=peer', '--no-instructions']
    const initdb = start([binaries.initdb, ...flags, ...localeFlags(), ...syncFlags()], draft, account)
    meanwhile()
    if ((await initdb.ended) !== 'exit code 0') {
      const reason = complaint(initdb.lines)
      throw new EmbeddedError(`The database could not be created: ${reason}. ${remedy(reason, dataDir)}`)
    }
    await rename(draft, clusterFolder(dataDir))
    await syncFolder(dataDir)
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => {})
    throw error
  }
}

/**
 * The sorting is PostgreSQL's own. LC_CTYPE must know Unicode all the same, or pg_trgm loses
 * Chinese; macOS calls that otherwise.
 */
function localeFlags(): string[] {
  const builtin = ['--encoding=UTF8', '--locale-provider=builtin']
  if (process.platform !== 'darwin') return [...builtin, '--locale=C.UTF-8']
  return [...builtin, '--locale=C', '--lc-ctype=en_US.UTF-8', '--builtin-locale=C.UTF-8']
}

/**
 * Everything is on the disk before the new name is: by one call for the file system, where Linux
 * has it, instead of one for each of a thousand files.
 */
function syncFlags(): string[] {
  return process.platform === 'linux' ? ['--sync-method=syncfs'] : []
}

/** The new name must outlive a power cut, as its old one would be swept away. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

/**
 * Files that root put back from a backup belong to root. (No link is followed: who can write here
 * could aim it at /etc.)
 */
async function giveTo({ uid, gid }: Account, folder: string): Promise<void> {
  if (uid === undefined || gid === undefined || (await stat(folder)).uid === uid) return
  // With types: without them `readdir` walks into folders that links point to.
  for (const { parentPath, name } of await readdir(folder, { recursive: true, withFileTypes: true }))
    await lchown(join(parentPath, name), uid, gid)
  await lchown(folder, uid, gid)
}

import { chmod, cp, lstat, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedError, remedy } from './failure.ts'
import { linkLibraries } from './links.ts'

/** A copy of the programs which everybody can run, made once for each version. */
export async function copyBinaries(native: string, version: string, progress: (line: string) => void): Promise<string> {
  const home = join(tmpdir(), `janus-postgres-${version}-${process.getuid?.()}`)
  if (await isSound(home, native)) return home
  progress(`copying PostgreSQL to ${home}`)
  // Under another name first, so that a half copy is never taken for a whole one.
  const draft = await mkdtemp(`${home}-`).catch((error) => {
    throw notCopied(error, home)
  })
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true })
    await linkLibraries(draft)
    await openToAll(draft)
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => {})
    throw notCopied(error, home)
  }
  try {
    if (await isOurs(home)) await rm(home, { recursive: true, force: true })
    await rename(draft, home)
    return home
  } catch {
    // Somebody was quicker: another Janus, whose copy serves as well, or an attacker.
    if (!(await isSound(home, native))) return draft
    await rm(draft, { recursive: true, force: true })
    return home
  }
}

function notCopied(cause: unknown, home: string): EmbeddedError {
  const reason = String(cause instanceof Error ? cause.message : cause)
  const advice = remedy(reason, tmpdir(), 'TMPDIR')
  return new EmbeddedError(`PostgreSQL could not be copied to ${home}: ${reason}. ${advice}`, { cause })
}

/** Sweepers of the temporary folder may have taken files away. */
async function isSound(home: string, native: string): Promise<boolean> {
  if (!(await isOurs(home))) return false
  const [present, needed] = await Promise.all([files(home), files(native)])
  return present >= needed
}

/**
 * The name is known to everybody, and so is the temporary folder writable: an attacker may have put
 * something there.
 */
async function isOurs(home: string): Promise<boolean> {
  const found = await lstat(home).catch(() => undefined)
  return Boolean(found?.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0)
}

async function files(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => !entry.isSymbolicLink()).length
}

async function openToAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, (await lstat(path)).mode & 0o100 ? 0o755 : 0o644)
  }
  await chmod(folder, 0o755)
}

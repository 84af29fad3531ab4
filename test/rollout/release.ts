import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Of the last release; CONTRIBUTING.md ("Releasing") says when it changes. */
export const releasedCommit = readFileSync(new URL('released-commit', import.meta.url), 'utf8').trim()

/** @throws Error where the commit of the release is not in this clone, nor to be had */
async function git(...args: string[]): Promise<string> {
  const isThere = () => run('git', '-C', root, 'cat-file', '-e', `${releasedCommit}^{commit}`)
  await isThere()
    // A shallow clone, as machines make them, lacks it.
    .catch(() => run('git', '-C', root, 'fetch', '--quiet', '--depth=1', 'origin', releasedCommit))
    .then(isThere)
    .catch(() => {
      throw new Error(
        `The last release, commit ${releasedCommit} (test/rollout/released-commit), is not in this clone: git fetch --unshallow`,
      )
    })
  return run('git', '-C', root, ...args)
}

/** The names of the migrations that the last release has. */
export async function releasedMigrations(): Promise<string[]> {
  const files = await git('ls-tree', '--name-only', releasedCommit, 'src/store/migrations/')
  return files
    .trim()
    .split('\n')
    .map((file) => file.replace(/^.*\/|\.ts$/g, ''))
}

/**
 * The sources of the last release in a folder of their own, with the packages of npm that are
 * installed here, which may be newer.
 */
export async function checkOutRelease(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'janus-release-'))
  const archive = join(folder, 'release.tar')
  await git('archive', '--output', archive, releasedCommit)
  await run('tar', '-xf', archive, '-C', folder)
  const [installed, own] = [join(root, 'node_modules'), join(folder, 'node_modules')]
  await mkdir(join(own, '@janus'), { recursive: true })
  for (const name of await readdir(installed))
    if (!name.startsWith('.') && name !== '@janus') await symlink(join(installed, name), join(own, name))
  for (const name of await readdir(join(installed, '@janus')))
    await symlink(join(folder, 'packages', name), join(own, '@janus', name))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

const run = async (command: string, ...args: string[]) =>
  (await promisify(execFile)(command, args, { maxBuffer: 1e8 })).stdout

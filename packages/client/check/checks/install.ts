import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../../../clients/check/run.ts'
import type { Manifest } from './contents.ts'
import { folder } from './tools.ts'

/** The client as a user of it has it. */
export interface Installed {
  readonly tarball: string
  /** Of the tarball. */
  readonly bytes: number
  /** Path of a project that has installed the tarball, and nothing else. */
  readonly project: string
  /** What was in the tarball, by paths within the package. */
  readonly files: readonly string[]
  readonly manifest: Manifest
}

const quietly = ['--ignore-scripts=false', '--loglevel=error', '--no-audit', '--no-fund', '--no-update-notifier']

/**
 * Packs the client into the folder and installs the tarball into a project of its own there.
 *
 * @throws Error with what npm said
 */
export async function packAndInstall(within: string): Promise<Installed> {
  const npm = async (args: readonly string[], cwd: string) => {
    const { status, output } = await run('npm', [...args, ...quietly], {}, cwd)
    if (status !== 0) throw new Error(`npm ${args[0]} failed in ${cwd}: ${output.trim()}`)
  }
  await npm(['pack', `--pack-destination=${within}`], join(folder, '..'))
  const [name] = globSync('*.tgz', { cwd: within })
  if (!name) throw new Error('npm pack has made no tarball')
  const tarball = join(within, name)

  const project = join(within, 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await npm(['install', tarball], project)

  const root = join(project, 'node_modules/janus-users-client')
  const files = globSync('**/*', { cwd: root }).filter((path) => statSync(join(root, path)).isFile())
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
  return { tarball, bytes: statSync(tarball).size, project, files, manifest }
}

import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { run } from '../../../../clients/check/run.ts'
import { type Finding, findingOf } from './finding.ts'
import type { Installed } from './install.ts'
import { hasPackages, platform, type Runtime, type Target } from './runtimes.ts'
import { folder } from './tools.ts'

/** What the program prints when all went as it should. */
const done = 'used by both faces'

/**
 * Puts the programs into the project: in JavaScript, and for an edge in one file, as it is deployed
 * there.
 */
export async function preparePrograms({ project }: Installed): Promise<void> {
  const source = (name: string) => join(folder, 'consumers', name)
  const common = { format: 'esm', outdir: project, logLevel: 'error' } as const
  await build({ ...common, entryPoints: [source('use.ts'), source('main.ts')] })
  // From within the project, where the client is.
  for (const name of ['use.ts', 'worker.ts', 'worker.capnp']) copyFileSync(source(name), join(project, name))
  await build({ ...common, entryPoints: [join(project, 'worker.ts')], bundle: true, platform: 'browser' })
}

/** Whether the program does its work with the service. */
export async function runProgram({ name, binary, args }: Runtime, project: string, target: Target): Promise<Finding> {
  if (!binary) {
    if (hasPackages) return findingOf('runs', name, [`${name}: npm ci has not installed its package for ${platform}.`])
    return { check: 'runs', by: name, verdict: 'skipped', faults: [`${name}: no package has it for ${platform}.`] }
  }
  // What a runtime keeps for itself goes away with the project.
  const own = { HOME: project, DENO_DIR: join(project, '.deno'), DENO_NO_UPDATE_CHECK: '1' }
  const { status, output } = await run(binary, args(project, target), { ...target, ...own }, project)
  const fine = status === 0 && output.includes(done)
  return findingOf('runs', name, fine ? [] : [`${name} ended with ${status}: ${output.trim().slice(-3000)}`])
}

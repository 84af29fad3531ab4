import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../../../clients/check/run.ts'
import { type Finding, findingOf } from './finding.ts'
import type { Installed } from './install.ts'
import { platform, type Runtime, type Target } from './runtimes.ts'
import { bin, folder } from './tools.ts'

/** What the program prints when all went as it should. */
const done = 'used by both faces'

/**
 * Puts the programs into the project: in JavaScript, and for an edge in one file, as it is deployed
 * there.
 */
export async function preparePrograms({ project }: Installed): Promise<void> {
  const esbuild = async (...args: string[]) => {
    const { status, output } = await run(bin('esbuild'), [...args, '--format=esm', '--log-level=warning'], {}, project)
    if (status !== 0) throw new Error(`esbuild cannot make the programs: ${output.trim()}`)
  }
  const source = (name: string) => join(folder, 'consumers', name)
  for (const name of ['use.ts', 'main.ts', 'worker.ts']) copyFileSync(source(name), join(project, name))
  copyFileSync(source('worker.capnp'), join(project, 'worker.capnp'))
  await esbuild('use.ts', 'main.ts', '--outdir=.')
  await esbuild('worker.ts', '--bundle', '--platform=browser', '--outfile=worker.js')
}

/** Whether the program does its work with the service. */
export async function runProgram({ name, binary, args }: Runtime, project: string, target: Target): Promise<Finding> {
  if (!binary) {
    const why = `${name}: no package has a binary of it for ${platform}.`
    return { check: 'runs', by: name, verdict: 'skipped', faults: [why] }
  }
  // What a runtime keeps for itself goes away with the project.
  const own = { HOME: project, DENO_DIR: join(project, '.deno'), DENO_NO_UPDATE_CHECK: '1' }
  const { status, output } = await run(binary, args(project, target), { ...target, ...own }, project)
  const fine = status === 0 && output.includes(done)
  return findingOf('runs', name, fine ? [] : [`${name} ended with ${status}: ${output.trim().slice(-3000)}`])
}

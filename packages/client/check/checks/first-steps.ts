import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../../../clients/check/run.ts'
import { snippetsOf } from '../../test/snippets.ts'
import { type Finding, findingOf } from './finding.ts'
import type { Installed } from './install.ts'
import type { Target } from './runtimes.ts'

/** Whether the first program of the README does what it says where the tarball is installed. */
export async function runFirstSteps({ project }: Installed, target: Target): Promise<Finding> {
  const [{ code, prints } = { code: '', prints: [] }] = snippetsOf('packages/client/README.md')
  writeFileSync(join(project, 'first-steps.ts'), code)
  const { status, output } = await run(process.execPath, ['first-steps.ts'], target, project)
  const fine = status === 0 && prints.length > 0 && prints.every((line) => output.includes(line))
  const fault = `The first program of the README ended with ${status}: ${output.trim().slice(-3000)}`
  return findingOf('runs', "the README's first program", fine ? [] : [fault])
}

import { run } from '../../../../clients/check/run.ts'
import { type Finding, findingOf } from './finding.ts'
import type { Installed } from './install.ts'
import { bin, versionOf } from './tools.ts'

/** What publint says about the tarball; a suggestion counts as well. */
export async function publint({ tarball }: Installed): Promise<Finding> {
  const { status, output } = await run(bin('publint'), ['run', tarball, '--strict', '--level=suggestion'])
  const clean = status === 0 && output.includes('All good!')
  return findingOf('package.json', `publint ${versionOf('publint')}`, clean ? [] : [`publint says: ${output.trim()}`])
}

/**
 * Whether compilers find the types of each entry (Are The Types Wrong).
 *
 * The package has ES modules alone, hence the profile `esm-only`. It leaves out two ways to resolve
 * an entry: that of before Node 12, which knows no `exports`, and that of a CommonJS file, where
 * the profile for both kinds reports that `require` finds an ES module. That is what is meant, and
 * since 20.19 and 22.12 Node loads it.
 */
export async function areTheTypesWrong({ tarball }: Installed): Promise<Finding> {
  const args = [tarball, '--profile=esm-only', '--format=ascii', '--no-emoji', '--no-color', '--no-definitely-typed']
  const { status, output } = await run(bin('attw'), args)
  return findingOf(
    'types of entries',
    `attw ${versionOf('@arethetypeswrong/cli')}, esm-only`,
    status === 0 ? [] : [`attw says: ${output.trim()}`],
  )
}

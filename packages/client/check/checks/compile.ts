import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compilerFaults, type Fault } from '../../../../clients/check/faults.ts'
import { run } from '../../../../clients/check/run.ts'
import { type Finding, findingOf } from './finding.ts'
import type { Installed } from './install.ts'
import { folder, inPackage, versionOf } from './tools.ts'

/** A compiler and the way in which it is used. */
export interface Compilation {
  /** Name of the package that brings it. */
  readonly compiler: string
  readonly module: 'nodenext' | 'esnext'
  readonly lib: 'node' | 'dom'
}

const compilers = ['typescript-oldest', 'typescript', 'typescript-newest']

/**
 * Each compiler with both ways to find modules, in Node without the DOM and in the DOM without
 * Node.
 */
export const compilations: readonly Compilation[] = compilers.flatMap((compiler) =>
  (['nodenext', 'esnext'] as const).flatMap((module) =>
    (['node', 'dom'] as const).map((lib) => ({ compiler, module, lib })),
  ),
)

const strictness = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
}

/** The entry for Mock Service Worker, which asks for TypeScript 5.9 itself. */
const mocks = 'janus-users-client/msw'
const consumers = ['types.ts', 'use.ts', 'entries.ts']

/** Puts the programs into the project, with the packages that they need beside the client. */
export function prepareConsumers({ project, manifest }: Installed): void {
  for (const name of ['types.ts', 'use.ts']) copyFileSync(join(folder, 'consumers', name), join(project, name))
  const entries = Object.keys(manifest.exports)
    .map((entry) => `janus-users-client${entry.slice(1)}`)
    .filter((entry) => !entry.endsWith('.json') && entry !== mocks)
  writeFileSync(join(project, 'entries.ts'), importing(entries))
  writeFileSync(join(project, 'mocks.ts'), importing([mocks]))
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true })
  for (const name of ['@types/node', 'msw']) symlinkSync(inPackage(name, ''), join(project, 'node_modules', name))
}

function importing(entries: readonly string[]): string {
  const lines = entries.map((entry, n) => `import * as entry${n} from '${entry}'\n`)
  return `${lines.join('')}export const all: readonly object[] = [${entries.map((_, n) => `entry${n}`)}]\n`
}

/** What a compiler says of the programs. */
export async function compile({ compiler, module, lib }: Compilation, project: string): Promise<Finding> {
  const version = versionOf(compiler)
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const since = (first: number) => major + minor / 10 >= first
  const compilerOptions = {
    ...strictness,
    ...(since(5.5) && { isolatedDeclarations: true }),
    target: 'es2022',
    lib: lib === 'dom' ? ['es2022', 'dom'] : ['es2022'],
    types: lib === 'dom' ? [] : ['node'],
    module,
    moduleResolution: module === 'esnext' ? 'bundler' : module,
    declaration: true,
    noEmit: true,
  }
  const config = `tsconfig.${compiler}.${module}.${lib}.json`
  const files = since(5.9) ? [...consumers, 'mocks.ts'] : consumers
  writeFileSync(join(project, config), JSON.stringify({ compilerOptions, files }))
  const { status, output } = await run(
    process.execPath,
    [inPackage(compiler, 'bin/tsc'), '--project', config, '--pretty', 'false'],
    {},
    project,
  )
  const by = `TypeScript ${version}, ${module === 'esnext' ? 'bundler' : module}, ${lib === 'dom' ? 'DOM' : 'Node'}`
  // What others declare wrongly is theirs.
  const own = ({ where }: Fault) => !where.includes('node_modules/') || where.includes('/janus-users-client/')
  const found = compilerFaults(output)
  const faults = found.filter(own).map(({ where, text }) => `${by}: ${where}: ${text}`)
  return findingOf('compiles', by, status !== 0 && found.length === 0 ? [`${by} ended with ${status}.`] : faults)
}

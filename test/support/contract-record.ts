import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { forgetRecord, readNotes, runFolder, sourcesDigest, writeRecord } from '../../contract/coverage/record.ts'

/**
 * Gathers what the tests see of the contract. Only a complete run that passed becomes a record: every file of the configuration, no filter, no failure.
 * A failure forgets the one before: what stood in it may hold no longer. What others run meanwhile, or in another copy of the project, has a folder of its own.
 */
export function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'janus-contract-'))
  process.env[runFolder] = folder
  const sources = sourcesDigest()
  return async () => {
    if (hasFailed(project)) forgetRecord()
    else if (await wasWhole(project)) writeRecord({ sources, observations: readNotes(folder) })
    rmSync(folder, { recursive: true })
  }
}

function hasFailed({ vitest: { state } }: TestProject): boolean {
  const states = state.getTestModules().map((module) => module.state())
  return states.includes('failed') || state.getUnhandledErrors().length > 0
}

async function wasWhole(project: TestProject): Promise<boolean> {
  const { config, state } = project.vitest
  const modules = state.getTestModules()
  const ran = new Set(modules.map(({ moduleId }) => moduleId))
  const { testFiles } = await project.globTestFiles()
  return (
    config.testNamePattern === undefined &&
    testFiles.every((file) => ran.has(file)) &&
    modules.every((module) => ['passed', 'skipped'].includes(module.state()))
  )
}

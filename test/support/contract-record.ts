import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { contractDigest, readNotes, runFolder, writeRecord } from '../../contract/coverage/record.ts'

/**
 * Gathers what the tests see of the contract. Only a complete run that passed becomes a record: every file of the configuration, no filter, no failure.
 * What others run meanwhile, or in another copy of the project, has a folder of its own.
 */
export function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'janus-contract-'))
  process.env[runFolder] = folder
  const contract = contractDigest()
  return async () => {
    if (await hasPassedWhole(project)) writeRecord({ contract, observations: readNotes(folder) })
    rmSync(folder, { recursive: true })
  }
}

async function hasPassedWhole(project: TestProject): Promise<boolean> {
  const { config, state } = project.vitest
  const modules = state.getTestModules()
  const ran = new Set(modules.map(({ moduleId }) => moduleId))
  const { testFiles } = await project.globTestFiles()
  return (
    config.testNamePattern === undefined &&
    testFiles.every((file) => ran.has(file)) &&
    modules.every((module) => ['passed', 'skipped'].includes(module.state())) &&
    state.getUnhandledErrors().length === 0
  )
}

import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { addToRecord, readNotes, runFolder, sourcesDigest } from '../../contract/coverage/record.ts'

/**
 * Gathers what the tests see of the contract. A complete run becomes the record, and later runs of
 * the same sources, of whichever files, add to it. A red test takes nothing away: each note is of
 * an answer that was as the document says, and what the test would have shown besides is missing.
 * What others run meanwhile, or in another copy of the project, has a folder of its own.
 */
export function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'janus-contract-'))
  process.env[runFolder] = folder
  const sources = sourcesDigest()
  return async () => {
    addToRecord({ sources, observations: readNotes(folder) }, wasWhole(project))
    rmSync(folder, { recursive: true })
  }
}

/** Whether every test of every file has run, whatever came of it. */
function wasWhole({ vitest: { config, state } }: TestProject): boolean {
  const ended = state.getTestModules().filter((module) => ['passed', 'failed', 'skipped'].includes(module.state()))
  const ran = new Set(ended.map(({ moduleId }) => moduleId))
  const files = globSync('{test,packages/*/test}/**/*.test.ts', { cwd: config.root })
  return config.testNamePattern === undefined && files.every((file) => ran.has(join(config.root, file)))
}

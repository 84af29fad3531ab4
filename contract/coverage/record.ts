import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ContractDocument } from '../document.ts'
import type { Observation } from './declared.ts'

/** What a complete run of the suite has seen, and later runs of the same sources. */
export interface CoverageRecord {
  /** `sourcesDigest` at the start of each. */
  readonly sources: string
  readonly observations: readonly Observation[]
}

/**
 * The environment variable that names the folder in which the processes of a run note what they
 * see; unset, nothing is noted.
 */
export const runFolder = 'JANUS_CONTRACT_RUN'

export const root = fileURLToPath(new URL('../..', import.meta.url))

const documentFile = `${root}generated/openapi.json`
const recordFile = `${root}coverage/contract.json`

export function readDocument(): ContractDocument {
  return JSON.parse(readFileSync(documentFile, 'utf8'))
}

/** The name of the document as it is now: its SHA-256. */
export function contractDigest(): string {
  return sha256(readFileSync(documentFile))
}

/** The name of all that a run hangs on, as it is now: the service, its tests, its contract. */
export function sourcesDigest(folder = root): string {
  const patterns = ['{src,test,spec}/**', 'contract/coverage/**', 'generated/openapi.json']
  const paths = globSync(patterns, { cwd: folder }).sort()
  const files = paths.filter((path) => statSync(join(folder, path)).isFile())
  return sha256(JSON.stringify(files.map((path) => [path, sha256(readFileSync(join(folder, path)))])))
}

/**
 * Everything that the processes of a run have noted in its folder, one observation a line, a file
 * each.
 */
export function readNotes(folder: string): Observation[] {
  return sorted(readdirSync(folder).flatMap((name) => readFileSync(`${folder}/${name}`, 'utf8').split('\n')))
}

/**
 * Adds what a run has seen to the record of the same sources; a complete run makes one where there
 * is none.
 */
export function addToRecord({ sources, observations }: CoverageRecord, isComplete: boolean): void {
  const last = lastRecord()
  const before = last?.sources === sources ? last.observations : undefined
  if (!before && !isComplete) return
  const all = [...(before ?? []), ...observations].map((each) => JSON.stringify(each))
  mkdirSync(`${root}coverage`, { recursive: true })
  // Two runs may end at once: a reader sees one or the other.
  const own = `${recordFile}.${process.pid}`
  writeFileSync(own, JSON.stringify({ sources, observations: sorted(all) }))
  renameSync(own, recordFile)
}

/**
 * @throws Error where there was no complete run, or the service, its tests or its contract have
 * changed since
 */
export function readRecord(): CoverageRecord {
  const record = lastRecord()
  if (!record) throw new Error('there was no complete run of the suite yet: run npm run coverage:contract')
  if (record.sources !== sourcesDigest())
    throw new Error(
      'src/, test/, spec/ or the contract has changed since the suite was run: run npm run coverage:contract',
    )
  return record
}

function lastRecord(): CoverageRecord | undefined {
  return existsSync(recordFile) ? JSON.parse(readFileSync(recordFile, 'utf8')) : undefined
}

const sorted = (lines: readonly string[]): Observation[] =>
  [...new Set(lines.filter(Boolean))].sort().map((line) => JSON.parse(line))

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

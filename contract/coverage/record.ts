import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ContractDocument, Observation } from './declared.ts'

/** What a complete run of the suite that passed has seen; there is never another kind of record. */
export interface CoverageRecord {
  /** SHA-256 of the document that the run was held against. */
  readonly contract: string
  readonly observations: readonly Observation[]
}

/** The environment variable that names the folder in which the processes of a run note what they see; unset, nothing is noted. */
export const runFolder = 'JANUS_CONTRACT_RUN'

export const root = fileURLToPath(new URL('../..', import.meta.url))

const documentFile = `${root}generated/openapi.json`
const recordFile = `${root}coverage/contract.json`

export function readDocument(): ContractDocument {
  return JSON.parse(readFileSync(documentFile, 'utf8'))
}

/** The name of the document as it is now: its SHA-256. */
export function contractDigest(file = documentFile): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

/** Everything that the processes of a run have noted in its folder, one observation a line, a file each. */
export function readNotes(folder: string): Observation[] {
  const lines = readdirSync(folder).flatMap((name) => readFileSync(`${folder}/${name}`, 'utf8').split('\n'))
  return [...new Set(lines.filter(Boolean))].sort().map((line) => JSON.parse(line))
}

export function writeRecord(record: CoverageRecord): void {
  mkdirSync(`${root}coverage`, { recursive: true })
  // Two runs may end at once: a reader sees one or the other.
  const own = `${recordFile}.${process.pid}`
  writeFileSync(own, JSON.stringify(record))
  renameSync(own, recordFile)
}

export function forgetRecord(): void {
  rmSync(recordFile, { force: true })
}

/** @throws Error where no complete run has passed, or the contract has changed since */
export function readRecord(): CoverageRecord {
  let text: string
  try {
    text = readFileSync(recordFile, 'utf8')
  } catch (cause) {
    throw new Error('no complete run of the suite has passed yet: run npm run coverage:contract', { cause })
  }
  const record: CoverageRecord = JSON.parse(text)
  if (record.contract !== contractDigest())
    throw new Error('the contract has changed since the suite was run: run npm run coverage:contract')
  return record
}

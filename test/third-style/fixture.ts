import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { ContractDocument } from '../../contract/document.ts'
import { generateContract } from '../../spec/generate.ts'
import { readContract } from '../../src/http/contract.ts'
import { styles } from '../../src/http/styles.ts'
import { createContractCheck } from '../support/contract-check.ts'
import { createNotes } from '../support/contract-coverage.ts'
import { resourceStyle } from './style.ts'

let made: ReturnType<typeof makeFixture> | undefined

/** The service with a third style, made once in a process. */
export function thirdStyle() {
  made ??= makeFixture()
  return made
}

async function makeFixture() {
  const folder = mkdtempSync(join(tmpdir(), 'janus-third-style-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  await generateContract({ entry: fileURLToPath(new URL('spec/main.tsp', import.meta.url)), folder })
  const contract = await readContract(pathToFileURL(`${folder}/`))
  const document = contract.document as unknown as ContractDocument
  const notesFile = join(folder, 'notes')
  const noted = createNotes(notesFile, document)
  const subject = { contract, styles: [...styles, resourceStyle], check: createContractCheck(document, noted), noted }
  return { folder, notesFile, document, subject }
}

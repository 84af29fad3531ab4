import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
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
  const notes = mkdtempSync(join(tmpdir(), 'janus-third-style-notes-'))
  process.once('exit', () => rmSync(notes, { recursive: true, force: true }))
  const folder = await generate()
  const contract = await readContract(pathToFileURL(`${folder}/`))
  const document = contract.document as unknown as ContractDocument
  const noted = createNotes(join(notes, 'seen'), document)
  const subject = {
    contract,
    styles: [...styles, resourceStyle],
    check: createContractCheck(document, noted),
    noted,
    document,
  }
  return { folder, notes, document, subject }
}

/** Compiled once for all processes, and again when what it is made of has changed. */
async function generate(): Promise<string> {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const sources = globSync(['spec/**/*.*', 'contract/*.ts', 'test/third-style/spec/*'], { cwd: root }).sort()
  const digest = createHash('sha256')
  for (const source of sources) digest.update(`${source}\n`).update(readFileSync(join(root, source)))
  const folder = join(tmpdir(), `janus-third-style-${digest.digest('hex').slice(0, 16)}`)
  if (existsSync(folder)) return folder
  const own = `${folder}.${process.pid}`
  await generateContract({ entry: join(root, 'test/third-style/spec/main.tsp'), folder: own })
  try {
    renameSync(own, folder)
  } catch {
    // Another process was faster.
    rmSync(own, { recursive: true })
  }
  return folder
}

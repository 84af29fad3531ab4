/**
 * `npm run generate`, after the contract: generated/openapi.json -> src/generated/: a face for each
 * style of `x-styles`, what they share, and the examples; and the samples of the service's pages,
 * generated/client-samples.json. All are checked in.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ContractDocument } from '../../contract/document.ts'
import { commonOf } from './generate/common.ts'
import { examplesOf } from './generate/examples.ts'
import { faceOf } from './generate/face.ts'
import { samplesOf } from './generate/samples.ts'
import { variable } from './generate/text.ts'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/**
 * The files of the client that follow from the document: name -> text.
 *
 * @throws Error with a plain sentence where the client could not keep to the document
 */
export function clientFiles(document: ContractDocument): Record<string, string> {
  const styles = Object.keys(document['x-styles'])
  const faces = styles.map((style) => [style, faceOf(document, style)] as const)
  const shared = faces.map(([, face]) => face.shared)
  return {
    'common.ts': commonOf(document, shared),
    'examples.ts': examplesOf(document),
    ...Object.fromEntries(faces.map(([style, { text }]) => [`${variable(style)}.ts`, text])),
  }
}

if (import.meta.main) {
  const document = JSON.parse(readFileSync(path('../../generated/openapi.json'), 'utf8'))
  const files = clientFiles(document)
  const folder = path('src/generated')
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) if (!(name in files)) rmSync(join(folder, name))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  writeFileSync(path('../../generated/client-samples.json'), `${JSON.stringify(samplesOf(document), null, 2)}\n`)
}

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readConfig } from '../config.ts'
import { createDocs } from './docs.ts'
import { readSources } from './sources.ts'

// npm run docs [folder]: the pages as files that any static server can serve, from any folder.
const [, , folder = 'dist/docs'] = process.argv
const docs = createDocs({ ...readSources(), settings: readConfig({}), asFiles: true })
for (const [path, make] of docs) {
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, make().body)
}
process.stdout.write(`${docs.size} files in ${folder}\n`)

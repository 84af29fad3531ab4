import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createDocs } from '@janus/reading-room'
import { readConfig } from '../config.ts'
import { settingsOf } from './pages.ts'
import { permissionsIn } from './permissions.ts'
import { readSources } from './sources.ts'

// npm run docs [folder]: the pages as files that any static server can serve, from any folder.
const [, , folder = 'dist/docs'] = process.argv
const [sources, config] = [readSources(), readConfig({})]
const permissions = permissionsIn(sources.contract, config.emailChangeNeedsPassword)
const docs = createDocs({ ...sources, permissions, settings: settingsOf(config), asFiles: true })
try {
  for (const [path, make] of docs) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, make().body)
  }
  process.stdout.write(`${docs.size} files in ${folder}\n`)
} catch (error) {
  process.stderr.write(
    `The pages cannot be written: ${(error as Error).message}. Name another folder: npm run docs -- FOLDER\n`,
  )
  process.exitCode = 1
}

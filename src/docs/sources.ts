import { readFileSync } from 'node:fs'
import { readAssets } from '@janus/reading-room'
import { files } from './files.ts'
import type { Sources } from './pages.ts'

/** What lies in the project's own files, read here and nowhere else. */
export function readSources() {
  return {
    contract: JSON.parse(read(files.contract)),
    coverage: JSON.parse(read(files.coverage)),
    changelog: [read(files.changelog), read(files.changes)],
    clients: read(files.clients),
    security: read(files.security),
    samples: [{ title: 'Client', byOperation: JSON.parse(read(files.samples)) }],
    ...readAssets(),
  } satisfies Sources
}

function read(file: URL): string {
  return readFileSync(file, 'utf8')
}

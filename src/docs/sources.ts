import { readFileSync } from 'node:fs'
import { readAssets } from '@janus/reading-room'
import type { Sources } from './pages.ts'

/** What lies in the project's own files, read here and nowhere else. */
export function readSources() {
  return {
    contract: JSON.parse(read('../../generated/openapi.json')),
    coverage: JSON.parse(read('../../generated/coverage.json')),
    changelog: [read('../../CHANGELOG.md'), read('../../generated/CHANGES.md')],
    clients: read('../../docs/clients.md'),
    samples: [{ title: 'Client', byOperation: JSON.parse(read('../../generated/client-samples.json')) }],
    ...readAssets(),
  } satisfies Sources
}

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}

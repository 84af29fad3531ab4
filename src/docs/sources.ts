import { readFileSync } from 'node:fs'
import { type DocsSources, readAssets } from '@janus/reading-room'

/** What lies in the project's own files, read here and nowhere else; the rest of the sources is how a service is configured. */
export function readSources() {
  return {
    contract: JSON.parse(read('../../generated/openapi.json')),
    coverage: JSON.parse(read('../../generated/coverage.json')),
    changelog: [read('../../CHANGELOG.md'), read('../../generated/CHANGES.md')],
    ...readAssets(),
  } satisfies DocsSources
}

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}

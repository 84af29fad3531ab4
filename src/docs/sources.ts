import { readFileSync } from 'node:fs'
import type { DocsSources } from './docs.ts'

/** What lies in the project's own files; the rest of the sources is how a service is configured. */
export function readSources(): Pick<DocsSources, 'contract' | 'coverage' | 'changelog'> {
  return {
    contract: JSON.parse(read('generated/openapi.json')),
    coverage: JSON.parse(read('generated/coverage.json')),
    changelog: [read('CHANGELOG.md'), read('generated/CHANGES.md')],
  }
}

function read(name: string): string {
  return readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
}

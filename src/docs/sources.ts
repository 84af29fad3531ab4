import { readdirSync, readFileSync } from 'node:fs'
import type { DocsSources } from './docs.ts'

/** What lies in the project's own files, read here and nowhere else; the rest of the sources is how a service is configured. */
export function readSources(): Omit<DocsSources, 'settings' | 'asFiles'> {
  return {
    contract: JSON.parse(read('../../generated/openapi.json')),
    coverage: JSON.parse(read('../../generated/coverage.json')),
    changelog: [read('../../CHANGELOG.md'), read('../../generated/CHANGES.md')],
    assets: new Map(readdirSync(new URL('assets/', import.meta.url)).map((name) => [name, read(`assets/${name}`)])),
    styleSheets: styleSheets.map((name) => read(`css/${name}.css`)),
  }
}

/** In the order in which they are joined into one. */
const styleSheets = [
  'colours',
  'base',
  'controls',
  'code',
  'frame',
  'dialogs',
  'reference',
  'fields',
  'tables',
  'pages',
  'screens',
]

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}

import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import type { Sources } from './pages.ts'

const root = new URL('../../', import.meta.url)

/** What the pages are made from. */
export const files = {
  contract: new URL('generated/openapi.json', root),
  coverage: new URL('generated/coverage.json', root),
  changelog: new URL('CHANGELOG.md', root),
  changes: new URL('generated/CHANGES.md', root),
  clients: new URL('docs/clients.md', root),
  security: new URL('docs/SECURITY-LEDGER.md', root),
  samples: new URL('generated/client-samples.json', root),
} as const

/**
 * Finds the files, and gives what reads them: nothing of the reading room is loaded before somebody
 * asks for it.
 *
 * @throws Error of the system for a file that cannot be read: at the start somebody hears of it
 */
export function findSources(): () => Sources {
  for (const file of Object.values(files)) accessSync(file, constants.R_OK)
  return () => (createRequire(import.meta.url)('./sources.ts') as typeof import('./sources.ts')).readSources()
}

import { createHash } from 'node:crypto'
import type { Contract } from './contract.ts'

/**
 * The contract as this service serves it: its document names the service's address where that is
 * known. Each text is made when it is first asked for, and kept.
 *
 * @param publicUrl without a slash at the end; undefined: the documents as they are released, with
 *   the server `/`
 */
export function serveContract({ version, files }: Contract, publicUrl = '') {
  const made: { json?: string; yaml?: string; about?: string } = {}
  const placed = (text: string, server: RegExp) => (publicUrl ? withServer(text, publicUrl, server) : text)
  return {
    get json() {
      made.json ??= placed(files.json, /("servers": \[\s*\{\s*"url": )"\/"/)
      return made.json
    },
    get yaml() {
      made.yaml ??= placed(files.yaml, /^(servers:\n {2}- url: )\/$/m)
      return made.yaml
    },
    get about() {
      made.about ??= JSON.stringify(aboutOf(version, files, publicUrl))
      return made.about
    },
  }
}

/**
 * What the service tells programs of its contract: which one it keeps, what changed in it, and how
 * much of it the tests have seen.
 */
function aboutOf(version: string, files: Contract['files'], publicUrl: string) {
  return {
    version,
    /**
     * Of the document as it is released (`generated/openapi.json`), whatever server the served one
     * names: whoever has the same digest has the same contract.
     */
    sha256: createHash('sha256').update(files.json).digest('hex'),
    documents: {
      json: `${publicUrl}/openapi.json`,
      yaml: `${publicUrl}/openapi.yaml`,
      docs: `${publicUrl}/docs/`,
    },
    changelog: JSON.parse(files.changes) as unknown[],
    coverage: (JSON.parse(files.coverage) as { totals?: unknown }).totals,
  }
}

/** @throws Error where the document does not have its server there */
function withServer(text: string, url: string, server: RegExp): string {
  if (!server.test(text)) throw new Error('the document names no server "/"')
  // A function, since a replacement text has its own meaning of `$`.
  return text.replace(server, (_, before: string) => before + JSON.stringify(url))
}

import { createHash } from 'node:crypto'
import { contractVersion, documents } from './contract.ts'

/** What the service tells programs of its contract: which one it keeps, what changed in it, and how much of it the tests have seen. */
export function describeContract() {
  return {
    version: contractVersion,
    /** Of `/openapi.json`, byte for byte: whoever has the same digest has the same contract. */
    sha256: createHash('sha256').update(documents.json).digest('hex'),
    documents: { json: '/openapi.json', yaml: '/openapi.yaml', docs: '/docs/' },
    changelog: JSON.parse(documents.changes) as unknown[],
    coverage: (JSON.parse(documents.coverage) as { totals: unknown }).totals,
  }
}

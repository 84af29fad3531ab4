import type { Contract, EarlyReason } from './contract.ts'
import { createStyleTable } from './style.ts'
import { styles as ourStyles } from './styles.ts'
import { fill } from './words.ts'

export type EarlyFailures = ReturnType<typeof createEarlyFailures>

/**
 * How the service answers what is no request for a path yet: in the style that owns every path, in
 * English, since nothing is known of the client.
 */
export function createEarlyFailures(contract: Contract, styles = ourStyles) {
  const style = createStyleTable(contract, styles).ofPath('/')
  return {
    apiVersion: contract.version,
    /** @param values for what stands in braces in its sentence */
    answer(early: EarlyReason, values: Readonly<Record<string, string>> = {}) {
      const { reason, status, code, message } = contract.earlyFailures[early]
      const failure = { reason, status, code, message: fill(message.en, values), problems: undefined }
      const body = style.failure(failure, { method: '', path: '', now: new Date() })
      return { status, mediaType: style.mediaType, body: JSON.stringify(body) }
    },
  }
}

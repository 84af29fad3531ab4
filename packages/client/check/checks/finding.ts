/** One line of the table of checks. */
export interface Finding {
  readonly check: string
  /** The tool or the platform with its version, and how it was used. */
  readonly by: string
  /** `skipped` says why in place of the faults, and fails nothing. */
  readonly verdict: 'ok' | 'FAULTS' | 'skipped'
  /** Sentences. */
  readonly faults: readonly string[]
}

export function findingOf(check: string, by: string, faults: readonly string[]): Finding {
  return { check, by, verdict: faults.length === 0 ? 'ok' : 'FAULTS', faults }
}

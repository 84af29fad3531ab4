import { type Ledger, namedTest, rulesOf } from './ledger.ts'
import { titlePattern } from './titles.ts'

/** What vitest's JSON reporter writes of a run. */
export interface Run {
  readonly testResults: readonly {
    /** An absolute path. */
    readonly name: string
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[]
  }[]
}

/** The named tests that have not run, or have not passed, as sentences. */
export function notPassed(ledger: Ledger, { testResults }: Run): string[] {
  const named = new Set(rulesOf(ledger).flatMap(({ tests = [] }) => tests))
  return [...named].flatMap((text) => {
    const { file, title } = namedTest(text)
    if (ledger.awaited.includes(file)) return []
    const pattern = titlePattern(title)
    const results = testResults.filter(({ name }) => name.endsWith(`/${file}`))
    const found = results.flatMap(({ assertionResults }) => assertionResults.filter((each) => pattern.test(each.title)))
    if (found.length === 0) return [`has not run: ${text}`]
    return found.some(({ status }) => status !== 'passed') ? [`has not passed: ${text}`] : []
  })
}

import { type Comparison, compareRest, PROSE, quoted, sortOut, sortOutLists } from './comparison.ts'
import { isPart, type Part } from './references.ts'

/**
 * Compares the stable codes of failures (`x-error-codes`): programs branch on them, so they are an
 * enum of the answers in all but name.
 */
export function compareErrorCodes(comparison: Comparison, released: Part, current: Part): void {
  const { gone, added } = sortOutLists(listOf(released['x-error-codes']), listOf(current['x-error-codes']))
  for (const code of gone) comparison.tell('codes', 'error-code-removed', true, `the code ${quoted(code)} is gone`)
  for (const code of added) comparison.tell('codes', 'error-code-added', true, `the code ${quoted(code)} is new`)
}

/**
 * Compares the reasons for which an operation fails (`x-failure-reasons`). That a code came or went
 * is told as such, that a reason came or went as a whole with the table. What is left breaks
 * nobody: reasons are an open list to clients, who go by the code where they do not know one.
 */
export function compareFailureReasons(comparison: Comparison, released: Part, current: Part): void {
  const [before, after] = [released['x-failure-reasons'], current['x-failure-reasons']]
  if (before === undefined) {
    if (after !== undefined) comparison.tell('reasons', PROSE, false, 'reasons of failures are named')
    return
  }
  const tables = [comparison.released, comparison.current].map(({ root }) => failuresOf(root)) as [Part, Part]
  const codes = sortOutLists(listOf(released['x-error-codes']), listOf(current['x-error-codes']))
  const isTold = (reason: string) => {
    const rows = tables.flatMap((table) => (isPart(table[reason]) ? [table[reason]] : []))
    const toldBy = rows.flatMap((row) => stylesOf(row).map((style) => partOf(row[style]).code))
    return rows.length === 1 || [...codes.gone, ...codes.added].some((code) => toldBy.includes(code))
  }
  const { gone, added } = sortOutLists(listOf(before), listOf(after))
  for (const reason of gone.filter((reason) => !isTold(reason)))
    comparison.tell('reasons', 'failure-reason-removed', false, `no longer fails for ${quoted(reason)}`)
  for (const reason of added.filter((reason) => !isTold(reason)))
    comparison.tell('reasons', 'failure-reason-added', false, `fails for ${quoted(reason)} too`)
}

/**
 * Compares the table of failures (`x-failures`) by reason and style. Its sentences are prose, its
 * statuses and codes are not: a reason that is told by another code breaks clients although no code
 * came or went, and one that is gone took its answers with it.
 */
export function compareFailures(comparison: Comparison): void {
  const [released, current] = [comparison.released.root, comparison.current.root]
  if (released['x-failures'] === undefined) {
    // What was never told is told now; the answers themselves are compared with their operations.
    if (current['x-failures'] !== undefined) comparison.tell('failures', PROSE, false, 'there is a table of failures')
    return
  }
  const [before, after] = [failuresOf(released), failuresOf(current)]
  const { gone, added, kept } = sortOut(before, after)
  for (const reason of gone)
    comparison.tell('failures', 'failure-removed', true, `the reason ${quoted(reason)} is gone`)
  for (const reason of added) comparison.tell('failures', 'failure-added', false, `the reason ${quoted(reason)} is new`)
  for (const reason of kept) compareFailure(comparison, reason, partOf(before[reason]), partOf(after[reason]))
}

function compareFailure(comparison: Comparison, reason: string, released: Part, current: Part): void {
  const told = (rule: string, breaking: boolean, words: string) =>
    comparison.tell('failures', rule, breaking, `the reason ${quoted(reason)} ${words}`)
  const styles = stylesOf({ ...released, ...current })
  for (const style of styles) {
    const [before, after] = [released[style], current[style]].map((answer) => (isPart(answer) ? answer : undefined))
    if (before && after) {
      const [was, is] = [before, after].map(({ status, code }) => `${status} ${code}`)
      if (was !== is) told('failure-recoded', true, `is told by ${quoted(is)} instead of ${quoted(was)} in ${style}`)
      compareRest(comparison, `failures ${reason} ${style}`, before, after, ['status', 'code'], answerProse)
    } else if (before) told('failure-answer-removed', true, `is no longer told in ${style}`)
    else if (after) told('failure-answer-added', false, `is told in ${style} too`)
  }
  compareRest(comparison, `failures ${reason}`, released, current, ['reason', ...styles], ['when', 'todo'])
}

/** What is no text in a row is the answer of a style. */
const stylesOf = (row: Part): string[] => Object.keys(row).filter((key) => isPart(row[key]))
const answerProse = ['message', 'request', 'problems']

/** The rows of the table by their reasons. */
function failuresOf(root: Part): Part {
  const failures = Array.isArray(root['x-failures']) ? root['x-failures'].filter(isPart) : []
  return Object.fromEntries(failures.map((failure) => [String(failure.reason), failure]))
}

const partOf = (value: unknown): Part => (isPart(value) ? value : {})
const listOf = (value: unknown): string[] => (Array.isArray(value) ? value : [])

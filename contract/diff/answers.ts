import { type Comparison, compareRest, quoted, sortOut, sortOutLists } from './comparison.ts'
import { isPart, type Part } from './references.ts'
import { compareContent } from './requests.ts'
import { compareSchemas } from './schemas.ts'

/** Compares the answers of an operation by status. */
export function compareAnswers(comparison: Comparison, released: Part, current: Part): void {
  const [before, after] = [released.responses, current.responses].map((all) => (isPart(all) ? all : {})) as [Part, Part]
  const { gone, added, kept } = sortOut(before, after)
  // Of a failure too: a status is how a client knows what happened, and what happened is now told in another way or no longer looked for.
  for (const status of gone) comparison.tell(`answer ${status}`, 'answer-status-removed', true, 'is gone')
  for (const status of added) {
    // A client that does not know a status reads it as the x00 of its class (RFC 9110, clause 15); that serves for a failure, while another
    // success comes with another body or none.
    if (/^[23]/.test(status)) comparison.tell(`answer ${status}`, 'answer-success-status-added', true, 'is new')
    else comparison.tell(`answer ${status}`, 'answer-failure-status-added', false, 'is new')
  }
  for (const status of kept) compareAnswer(comparison, `answer ${status}`, before[status], after[status])
}

export function compareAnswer(comparison: Comparison, place: string, released: unknown, current: unknown): void {
  const [before, after] = [comparison.released.read(released), comparison.current.read(current)]
  compareHeaders(comparison, place, before.headers, after.headers)
  compareContent(comparison, 'answer', `${place} body`, before.content, after.content)
  compareRest(comparison, place, before, after, ['headers', 'content'])
}

/** Compares the stable codes of failures (`x-error-codes`): programs branch on them, so they are an enum of the answers in all but name. */
export function compareErrorCodes(comparison: Comparison, released: Part, current: Part): void {
  const [before, after] = [released, current].map((all) => (all['x-error-codes'] ?? []) as string[]) as [
    string[],
    string[],
  ]
  const { gone, added } = sortOutLists(before, after)
  for (const code of gone) comparison.tell('codes', 'error-code-removed', true, `the code ${quoted(code)} is gone`)
  for (const code of added) comparison.tell('codes', 'error-code-added', true, `the code ${quoted(code)} is new`)
}

/**
 * Compares the table of failures (`x-failures`) by reason and style. Its sentences are prose, its statuses and codes are not: a reason that is
 * told by another code breaks clients although no code came or went.
 */
export function compareFailures(comparison: Comparison): void {
  const before = toldFailures(comparison.released.root)
  const after = toldFailures(comparison.current.root)
  for (const reason of sortOut(before, after).kept)
    if (before[reason] !== after[reason])
      comparison.tell(
        'failures',
        'failure-recoded',
        true,
        `${quoted(reason)} is told by ${quoted(after[reason])} instead of ${quoted(before[reason])}`,
      )
}

/** Status and code by reason and style. */
function toldFailures(root: Part): Record<string, string> {
  const failures = Array.isArray(root['x-failures']) ? root['x-failures'].filter(isPart) : []
  const told = failures.flatMap((failure) =>
    ['rpc', 'rest'].map((style): [string, unknown] => [`${failure.reason}, ${style}`, failure[style]]),
  )
  return Object.fromEntries(
    told.flatMap(([reason, said]) => (isPart(said) ? [[reason, `${said.status} ${said.code}`]] : [])),
  )
}

function compareHeaders(comparison: Comparison, place: string, released: unknown, current: unknown): void {
  const [before, after] = [released, current].map((all) => (isPart(all) ? all : {})) as [Part, Part]
  const { gone, added, kept } = sortOut(before, after)
  for (const name of gone) comparison.tell(`${place} header ${name}`, 'answer-header-removed', true, 'is gone')
  for (const name of added) comparison.tell(`${place} header ${name}`, 'answer-header-added', false, 'is new')
  for (const name of kept) {
    const at = `${place} header ${name}`
    const [was, is] = [comparison.released.read(before[name]), comparison.current.read(after[name])]
    if (was.required && !is.required)
      comparison.tell(at, 'answer-header-became-optional', true, 'may be missing; it was always there')
    if (!was.required && is.required) comparison.tell(at, 'answer-header-became-required', false, 'is always there')
    compareSchemas(comparison, 'answer', at, was.schema, is.schema)
    compareRest(comparison, at, was, is, ['required', 'schema'])
  }
}

import { type Comparison, compareRest, sortOut } from './comparison.ts'
import { isPart, type Part } from './references.ts'
import { compareContent } from './requests.ts'
import { compareSchemas } from './schemas.ts'

/** Compares the answers of an operation by status. */
export function compareAnswers(comparison: Comparison, released: Part, current: Part): void {
  const [before, after] = [released.responses, current.responses].map((all) => (isPart(all) ? all : {})) as [Part, Part]
  const { gone, added, kept } = sortOut(before, after)
  // Of a failure too: a status is how a client knows what happened, and what happened is now told
  // in another way or no longer looked for.
  for (const status of gone) comparison.tell(`answer ${status}`, 'answer-status-removed', true, 'is gone')
  for (const status of added) {
    // A client that does not know a status reads it as the x00 of its class (RFC 9110, clause 15);
    // that serves for a failure, while another success comes with another body or none.
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

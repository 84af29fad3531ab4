import type { ContractDocument, FailureAnswer } from '../../../contract/document.ts'
import { callsOf } from './calls.ts'
import { callOf, isPublic, type Method } from './methods.ts'
import { type Paragraph, variable } from './text.ts'

/** What an editor shows of a method. */
export function wordsOfMethod(document: ContractDocument, method: Method): (Paragraph | false | undefined)[] {
  const { operation, verb, path, headers, positional } = method
  const roles = operation['x-roles']?.map((role) => `\`${role}\``).join(', ')
  const twins = operation['x-twin']?.map((twin) => `\`${callOf(document, twin)}\``).join(', ')
  const codes = failuresOf(document, method)
  return [
    operation.summary && `${operation.summary.replace(/\.$/, '')}.`,
    operation.description,
    [
      `\`${verb} ${path}\`.`,
      roles && `Roles: ${roles}.`,
      isPublic(operation) && 'For everybody.',
      operation['x-accepts-expired-token'] && 'An access token that has expired will do.',
      operation['x-idempotent'] && 'Safe to repeat.',
      isPublic(operation) && 'It neither uses nor changes the session of `janus`.',
      twins && `The same in another style: ${twins}.`,
    ]
      .filter(Boolean)
      .join(' '),
    ...headers.map(({ name, required, description = '' }) =>
      `${required ? 'Needs' : 'Takes'} \`${name}\` in \`options.headers\`: ${description}`.replace(/:? *$/, ''),
    ),
    codes.length > 0 && 'Fails with, as `code` of the `JanusError`:',
    ...codes,
    ...positional.map(({ name, description }) => description && `@param ${variable(name)} ${description}`),
    '@example',
    { code: callsOf(document, method).join('\n') },
    operation.deprecated && '@deprecated',
  ]
}

/**
 * A line for each code, with its status and when it comes. The document's go from what any request
 * can meet to what this one alone does, which is what readers look for: they come first.
 */
function failuresOf(document: ContractDocument, { operation }: Method): string[] {
  const style = operation['x-style']
  const rows = document['x-failures'].filter(({ reason }) => operation['x-failure-reasons'].includes(reason))
  return operation['x-error-codes'].toReversed().map((code) => {
    const own = rows.filter((row) => (row[style] as FailureAnswer | undefined)?.code === code)
    const [status] = own.map((row) => (row[style] as FailureAnswer).status)
    return `- \`${code}\` (${status}): ${own.map(({ when }) => short(when)).join(' ')}`
  })
}

/** The first clause: the document has the others. */
function short(sentence: string): string {
  return `${sentence.split(/[.:;](?: |$)/, 1)[0]}.`
}

import type { ContractDocument, FailureAnswer } from '../../../contract/document.ts'
import { resolve } from '../../../contract/pointer.ts'
import { callOf, isPublic, type Method } from './methods.ts'
import { literal, type Paragraph, variable } from './text.ts'
import { chainOf, type Schema } from './types.ts'

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
    { code: examplesOf(document, method).join('\n') },
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

/** Calls as the document shows them, which its tests carry out. */
function examplesOf(document: ContractDocument, method: Method): string[] {
  const { operation, body, positional } = method
  const call = callOf(document, operation.operationId)
  const { ids: spelling } = document['x-styles'][operation['x-style']] ?? {}
  const ids = positional.map(({ schema }) => {
    const samples = samplesOf(document, schema as Schema)
    return literal(samples.find((each) => String(each).includes('-') === (spelling === 'uuid')) ?? samples[0] ?? '')
  })
  if (operation['x-pagination']) return [listExample(document, method, call, ids)]
  const bodies = Object.values(body?.media.examples ?? {}).map((each) => resolve<{ value?: unknown }>(document, each))
  // The comment and the names before it have their place in the line.
  const before = call.length + ids.join().length + 17
  const made = body?.required ? [{ value: sampleOf(document, body.schema) }] : []
  const given = (bodies.length > 0 ? bodies : made).map(({ value }) => literal(value, '', before))
  return given.length > 0
    ? given.map((each) => `await ${call}(${[...ids, each].join(', ')})`)
    : [`await ${call}(${ids.join(', ')})`]
}

/** Every item, of those that the first text to look for selects. */
function listExample(document: ContractDocument, method: Method, call: string, ids: readonly string[]): string {
  const { parameter, pages = [] } = method.operation['x-pagination'] ?? {}
  const filter = method.query.find(({ name, schema }) => {
    const { type } = resolve<Schema>(document, schema as Schema & { $ref: string })
    return type === 'string' && name !== parameter && !pages.includes(name)
  })
  const query = filter ? [literal({ [filter.name]: samplesOf(document, filter.schema as Schema)[0] })] : []
  const item = variable(method.names[0].replace(/s$/, ''))
  return `for await (const ${item} of ${call}(${[...ids, ...query].join(', ')})) console.log(${item})`
}

/** A value of a schema, with what it cannot do without. */
function sampleOf(document: ContractDocument, schema: Schema): unknown {
  const { const: only, properties, required = [], oneOf = [] } = [...chainOf(document, schema)].at(-1) as Schema
  if (oneOf[0]) return sampleOf(document, oneOf[0])
  if (!properties) return only ?? samplesOf(document, schema)[0]
  return Object.fromEntries(required.map((name) => [name, sampleOf(document, properties[name] ?? {})]))
}

function samplesOf(document: ContractDocument, schema: Schema): readonly unknown[] {
  return [...chainOf(document, schema)].flatMap(({ examples, enum: values }) => examples ?? values ?? [])
}

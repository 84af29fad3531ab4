import type { ContractDocument } from '../../../contract/document.ts'
import { resolve } from '../../../contract/pointer.ts'
import { callOf, type Method } from './methods.ts'
import { literal, variable } from './text.ts'
import { chainOf, type Schema } from './types.ts'

/**
 * Calls of a method as the document shows them, which its tests carry out: a statement for each
 * body, of a list a loop.
 */
export function callsOf(document: ContractDocument, method: Method): string[] {
  const { operation, body, positional } = method
  const call = callOf(document, operation.operationId)
  const { ids: spelling } = document['x-styles'][operation['x-style']] ?? {}
  const ids = positional.map(({ schema }) => {
    const samples = samplesOf(document, schema as Schema)
    return literal(samples.find((each) => String(each).includes('-') === (spelling === 'uuid')) ?? samples[0] ?? '')
  })
  if (operation['x-pagination']) return [loopOf(document, method, call, ids)]
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
function loopOf(document: ContractDocument, method: Method, call: string, ids: readonly string[]): string {
  const { parameter } = method.operation['x-pagination'] ?? {}
  const filter = method.query.find(({ name, schema }) => {
    const { type } = resolve<Schema>(document, schema as Schema & { $ref: string })
    return type === 'string' && name !== parameter
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

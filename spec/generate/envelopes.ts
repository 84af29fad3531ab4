import {
  bodyOf,
  type ContractDocument,
  type FailurePart,
  operationsOf,
  type Response,
  type Schema,
} from '../../contract/document.ts'
import { pointerTo, resolve } from '../../contract/pointer.ts'
import type { StyleWords, Words } from './words.ts'

/** The body of a failure of a style. */
export interface FailureBody {
  /** Of its schema. */
  readonly name: string
  readonly style: StyleWords
  readonly status: number
  readonly reasons: readonly string[]
}

/** As lib/decorators.js marks it for the generator. */
type Marked = Schema & { 'x-part'?: FailurePart; 'x-answers-to'?: string[]; 'x-says'?: string[] }

const marks = ['x-part', 'x-answers-to', 'x-says']

interface MarkedPart {
  readonly part: FailurePart
  readonly pointer: string
  /** Where the property stands, and its name there. */
  readonly properties: Record<string, Marked>
  readonly name: string
}

/**
 * The bodies of the failures of all styles: those of the answers of operations, which have the
 * reasons with their status, and those that say their reasons themselves (`@answersTo`).
 *
 * @throws Error where a body has two statuses, or a reason that a style answers has none
 */
export function failureBodies(document: ContractDocument, words: Words): FailureBody[] {
  return words.styles.flatMap((style) => {
    const { name, namespace, answers } = style
    const schemas = Object.entries<Marked>(document.components.schemas)
    const apart = schemas.flatMap(([schema, { 'x-answers-to': reasons }]) =>
      reasons && schema.startsWith(`${namespace}.`) ? [[schema, reasons] as const] : [],
    )
    const bodies = [
      ...[...statuses(document, name)].map(([schema, status]) => ({
        name: schema,
        status,
        reasons: Object.keys(answers).filter(
          (reason) => answers[reason]?.status === status && !apart.some(([, reasons]) => reasons.includes(reason)),
        ),
      })),
      ...apart.map(([schema, reasons]) => ({ name: schema, reasons, status: answers[reasons[0] ?? '']?.status ?? 0 })),
    ]
    for (const reason of [...words.scopes.outside, ...words.scopes.early].filter((reason) => answers[reason]))
      if (!apart.some(([, reasons]) => reasons.includes(reason)))
        throw new Error(`the ${name} style has no body of its own for "${reason}" (@answersTo)`)
    for (const [reason, { status }] of Object.entries(answers))
      if (!bodies.some(({ reasons }) => reasons.includes(reason)))
        throw new Error(`the ${name} style answers "${reason}" with ${status}, and no operation of it fails so`)
    return bodies.map((body) => ({ ...body, style }))
  })
}

/** The schemas of a style's failures, with their statuses. */
function statuses(document: ContractDocument, style: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const { responses } of operationsOf(document).filter((each) => each['x-style'] === style))
    for (const [key, response] of Object.entries(responses).filter(([key]) => Number(key) >= 400)) {
      const [name, status] = [schemaNameOf(response as Response), Number(key)]
      if ((found.get(name) ?? status) !== status)
        throw new Error(`${name} is the body of ${found.get(name)} and of ${status}; name one for each`)
      found.set(name, status)
    }
  return found
}

/** @throws Error where the body of a failure has no name */
export function schemaNameOf(response: Response): string {
  const schema = bodyOf(response)?.[1].schema
  if (!schema || !('$ref' in schema)) throw new Error(`the body of a failure has no name: ${JSON.stringify(schema)}`)
  return schema.$ref.split('/').at(-1) as string
}

/** The response under `components` that has the body of this schema. */
export function responseNameOf(schema: string): string {
  return schema.replace(/Failure$/, '')
}

/**
 * Writes into the bodies the codes that they can have, in the order of the style's table, and into
 * `x-styles` where such a body holds what.
 *
 * @throws Error where bodies of a style differ in that, or share a code that is not the same
 */
export function fillEnvelopes(document: ContractDocument, bodies: readonly FailureBody[]): void {
  for (const { name, style, reasons } of bodies) {
    const codes = [...new Set(Object.keys(style.answers).filter((reason) => reasons.includes(reason)))].map(
      (reason) => style.answers[reason]?.code as string,
    )
    const { failure } = document['x-styles'][style.name] as { failure: Record<string, string> }
    for (const { part, pointer, properties, name: property } of partsIn(document, document.components.schemas[name])) {
      failure[part] ??= pointer
      if (failure[part] !== pointer)
        throw new Error(`${name} has its ${part} at ${pointer}, another failure at ${failure[part]}`)
      if (part !== 'code') continue
      const { type, enum: known, ...others } = properties[property] as Marked
      const values = [...new Set(codes)]
      if (known && known.join() !== values.join())
        throw new Error(`${name} shares its code with another failure; write it in place`)
      properties[property] = { ...(type && { type }), enum: values, ...others } as Marked
    }
  }
}

function* partsIn(document: ContractDocument, schema: Schema | undefined, at = ''): Generator<MarkedPart> {
  const properties = (schema?.properties ?? {}) as Record<string, Marked>
  for (const [name, property] of Object.entries(properties)) {
    const pointer = at + pointerTo(name)
    const part = property['x-part']
    if (part) yield { part, pointer, properties, name }
    else yield* partsIn(document, resolve<Schema>(document, property), pointer)
  }
}

/**
 * Shows what was done, where that is told (`@says`), in the style's own language and then in the
 * others.
 */
export function fillMessages(document: ContractDocument, { styles }: Words): void {
  for (const [name, schema] of Object.entries(document.components.schemas))
    for (const property of Object.values(schema.properties ?? {}) as Marked[]) {
      const style = styles.find(({ namespace }) => name.startsWith(`${namespace}.`))
      const examples = property['x-says']?.flatMap((message) => {
        const said = style?.messages[message]
        if (!style || !said) throw new Error(`${name}: no message "${message}"`)
        return [said[style.language], ...Object.values(said).filter((each) => each !== said[style.language])]
      })
      if (examples) property.examples = examples
    }
}

/** The document without what only the generator reads. */
export function withoutMarks<T>(document: T): T {
  return JSON.parse(JSON.stringify(document, (key, value) => (marks.includes(key) ? undefined : value)))
}

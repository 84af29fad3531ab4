import type { ContractDocument } from '../../../contract/document.ts'
import { resolve } from '../../../contract/pointer.ts'
import { alias, comment, literal, property, typeName, union } from './text.ts'

/** What is read of a schema (JSON Schema, 2020-12). */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly description?: string
  readonly format?: string
  readonly deprecated?: boolean
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
}

/** What is sent takes the values that there are; what is answered can have new ones. */
export type Way = 'sent' | 'answered'

/** A member of an interface. */
export interface Member {
  readonly name: string
  readonly schema: Schema
  readonly required: boolean
  /** In place of what its schema says. */
  readonly description?: string | undefined
  readonly deprecated?: boolean | undefined
}

/** What its types are written by; one for each file. */
export type Types = ReturnType<typeof createTypes>

/**
 * Writes schemas as types of TypeScript. Objects, enumerations and unions that have a name are
 * declared; a text or a number is written in place, with what its schema says of it.
 *
 * @param namespace of the style whose file it is; without one the file of what styles share
 * @param prefix of the style's names, where they stand in another file
 */
export function createTypes(document: ContractDocument, namespace?: string, prefix = '') {
  const declared = new Map<string, { readonly way: Way; readonly text: string }>()
  const taken = new Map<string, string>()
  const shared = new Map<string, Set<Way>>()

  /** Refuses a second thing of this name in the file. */
  function take(name: string, owner: string): string {
    if ((taken.get(name) ?? owner) !== owner)
      throw new Error(`the client would have two of the name ${name}: ${taken.get(name)} and ${owner}`)
    taken.set(name, owner)
    return name
  }

  function typeOf(schema: Schema, way: Way, indent = ''): string {
    return union(membersOf(schema, way, indent))
  }

  function membersOf(schema: Schema, way: Way, indent: string): string[] {
    if (schema.$ref !== undefined) return referred(schema.$ref, way, indent)
    if (schema.const !== undefined) return [literal(schema.const)]
    if (schema.enum) return [...schema.enum.map((value) => literal(value)), ...open(schema, way)]
    const choices = schema.oneOf ?? schema.anyOf
    if (choices) return choices.flatMap((each) => membersOf(each, way, indent))
    if (schema.allOf) return [schema.allOf.map((each) => `(${typeOf(each, way, indent)})`).join(' & ')]
    return [schema.type ?? 'unknown'].flat().map((type) => simple(type, schema, way, indent))
  }

  function simple(type: string, schema: Schema, way: Way, indent: string): string {
    if (type === 'integer') return 'number'
    if (type === 'array') {
      const item = typeOf(schema.items ?? {}, way, indent)
      const items = /^[\w$.]+$/.test(item) ? `${item}[]` : `(${item})[]`
      return way === 'sent' ? `readonly ${items}` : items
    }
    if (type !== 'object') return type
    if (schema.properties) return body(propertiesOf(schema), way, indent)
    const rest = schema.additionalProperties
    return `Record<string, ${typeof rest === 'object' ? typeOf(rest, way, indent) : 'unknown'}>`
  }

  function referred($ref: string, way: Way, indent = ''): string[] {
    const schema = resolve<Schema>(document, { $ref })
    if (!isNamed(schema)) return membersOf(schema, way, indent)
    const full = $ref.split('/').at(-1) as string
    const own = namespace !== undefined && full.startsWith(`${namespace}.`)
    const name = take(typeName(own ? full.slice(namespace.length + 1) : full), full)
    if (own || namespace === undefined) declare(full, name, schema, way)
    else shared.set(full, (shared.get(full) ?? new Set()).add(way))
    return [(own ? prefix : '') + name, ...open(schema, way)]
  }

  /** @throws Error where it is both sent and answered, and would have to be two */
  function declare(full: string, name: string, schema: Schema, way: Way): void {
    const known = declared.get(full)
    if (known?.way === way) return
    if (!known) declared.set(full, { way, text: '' })
    const text = declaration(name, schema, way)
    if (known && known.text !== text)
      throw new Error(`${full} is both sent and answered, and not the same in both; write it as two`)
    declared.set(full, { way, text })
  }

  function declaration(name: string, schema: Schema, way: Way): string {
    const said = comment([schema.description, schema.deprecated && '@deprecated'])
    if (schema.properties) return `${said}export interface ${name} ${body(propertiesOf(schema), way, '')}\n`
    // The name stands for the values that there are; where it is used, it is open.
    return said + alias(name, membersOf(schema, schema.enum ? 'sent' : way, ''))
  }

  /** The members of an object, in braces. */
  function body(members: readonly Member[], way: Way, indent: string): string {
    const inner = `${indent}  `
    const lines = members.map((member) => {
      const name = property(member.name) + (member.required ? '' : '?')
      const type = typeOf(member.schema, way, inner)
      const absent = way === 'sent' && !member.required ? ' | undefined' : ''
      return `${comment(wordsOf(document, member), inner)}${inner}${name}: ${type}${absent}\n`
    })
    return `{\n${lines.join('')}${indent}}`
  }

  return {
    take,
    typeOf,
    /** An interface that the document has no name for. */
    interfaceOf: (name: string, members: readonly Member[], way: Way, said: string) =>
      `${comment([said])}export interface ${name} ${body(members, way, '')}\n`,
    /** Declares what the files of styles share. */
    share: (names: Iterable<readonly [full: string, ways: Iterable<Way>]>) => {
      for (const [full, ways] of names) for (const way of ways) referred(`#/components/schemas/${full}`, way)
    },
    /** Names of schemas that stand in the file of what styles share. */
    shared: shared as ReadonlyMap<string, ReadonlySet<Way>>,
    declarations: () => [...declared.values()].map(({ text }) => text),
  }
}

/** What is worth a name: more than a text or a number. */
function isNamed(schema: Schema): boolean {
  const { properties, oneOf, anyOf, allOf, type } = schema
  return Boolean(schema.enum ?? properties ?? oneOf ?? anyOf ?? allOf) || type === 'object' || type === 'array'
}

/** A new version can answer with values that are not known now. */
function open(schema: Schema, way: Way): string[] {
  return way === 'answered' && schema.enum?.some((value) => typeof value === 'string') ? ['(string & {})'] : []
}

export function propertiesOf({ properties = {}, required = [] }: Schema): Member[] {
  return Object.entries(properties).map(([name, schema]) => ({ name, schema, required: required.includes(name) }))
}

/** What is said of a member: its own words, or those of the text or the number that it is. */
export function wordsOf(document: ContractDocument, { schema, description, deprecated }: Member): string[] {
  const all = [...chainOf(document, schema)]
  const { description: ofType, format, minimum, maximum = Number.POSITIVE_INFINITY } = all.at(-1) as Schema
  const own = description ?? all.find((each) => each.description !== undefined && !isNamed(each))?.description
  // What a moment is, is no less worth to know where it is said which one.
  const sentences = [...new Set([own, format === 'date-time' ? ofType : undefined])].filter(Boolean)
  // The ends of what a number can be say nothing.
  if (minimum !== undefined && maximum < 2 ** 31 - 1) sentences.push(`${minimum} to ${maximum}.`)
  const preset = all.find((each) => each.default !== undefined)?.default
  return [
    sentences.join(' '),
    preset === undefined ? '' : `@default ${literal(preset)}`,
    deprecated || all.some((each) => each.deprecated) ? '@deprecated' : '',
  ]
}

/** The schema, what it refers to, and so on. */
export function* chainOf(document: ContractDocument, schema: Schema): Generator<Schema> {
  yield schema
  if (schema.$ref !== undefined) return yield* chainOf(document, resolve<Schema>(document, { $ref: schema.$ref }))
  const known = (schema.anyOf ?? []).filter(({ type }) => type !== 'null')
  if (known.length === 1) yield* chainOf(document, known[0] as Schema)
}

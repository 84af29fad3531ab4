import type { ContractDocument, StyleFacts } from '../../../contract/document.ts'
import { codesName } from './face.ts'
import { dotted } from './line.ts'
import { type Method, methodsOf } from './methods.ts'
import { failuresOf, shownOf, successesOf, usualHeaders } from './shown.ts'
import { alias, call, comment, literal, property, quote, union, variable } from './text.ts'
import { createTypes } from './types.ts'

/** The types that follow from no document. */
const head = `/** A success that the document shows. */
export interface ExampleAnswer<Body> {
  readonly status: number
  /** Beside those of every answer. */
  readonly headers: Readonly<Record<string, string>>
  /** Undefined where the answer has none. */
  readonly body: Body
}

/** A failure that the document shows. */
export interface ExampleFailure {
  readonly status: number
  readonly code: string
  /** Beside those of every answer. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

/** An operation, with what the document shows of it. */
export interface OperationExamples<Title extends string, Body, Code extends string, Reason extends string> {
  readonly method: string
  /** With \`{name}\` for what stands in it; without a query. */
  readonly path: string
  /** The successes by their titles. */
  readonly answers: Readonly<Record<Title, ExampleAnswer<Body>>>
  /**
   * The codes of the operation, each with the reasons that it can have; \`failures\` shows these.
   */
  readonly failures: Readonly<Record<Code, readonly [Reason, ...Reason[]]>>
  /** Of a list. */
  readonly paging?: ExamplePaging
}

/** Where a list has what; names are joined by dots. */
export interface ExamplePaging {
  /** The parameter that takes the cursor. */
  readonly parameter: string
  readonly items: string
  readonly next: string
  /** The parameter that takes the number of a page, where there is one. */
  readonly page?: string
}

/** How a style answers. */
export interface StyleAnswers {
  /** Of every answer, as far as the document shows what they hold. */
  readonly headers: Readonly<Record<string, string>>
  /** Of its failures. */
  readonly mediaType: string
  /** Where the body of a failure repeats the request: names, joined by dots. */
  readonly repeats: { readonly path?: string; readonly method?: string }
}
`

/** What the document shows, for tests that have no service: data, and their types. */
export function examplesOf(document: ContractDocument): string {
  const tables = Object.entries(document['x-styles']).map(([style, facts]) => tableOf(document, style, facts))
  const lines = (line: (table: Table) => string) => tables.map((table) => `  ${line(table)}\n`).join('')
  return [
    `${[
      '/* Made by npm run generate; never edited. */',
      ...tables.map(({ style, namespace }) => `import type * as ${namespace} from './${variable(style)}.ts'`),
    ].join('\n')}\n`,
    head,
    ...tables.map(
      ({ title, reasonType, failures }) =>
        `${comment([`The reasons that the ${title} style answers.`])}${alias(reasonType, Object.keys(failures).map(quote))}`,
    ),
    `${comment(['By style, the operations by group and name, as in its face.'])}export interface Examples {\n${lines(({ style, types }) => `readonly ${property(style)}: {\n${types}  }`)}}\n`,
    `${comment(['By style, its failures by their reasons.'])}export interface Failures {\n${lines(({ style, reasonType }) => `readonly ${property(style)}: Readonly<Record<${reasonType}, ExampleFailure>>`)}}\n`,
    `export const styles: Readonly<Record<${tables.map(({ style }) => quote(style)).join(' | ')}, StyleAnswers>> = {\n${lines(({ style, facts }) => `${property(style)}: ${literal(facts, '  ', style.length + 2)},`)}}\n`,
    `export const examples: Examples = {\n${lines(({ style, operations }) => `${property(style)}: ${literal(operations, '  ')},`)}}\n`,
    `export const failures: Failures = {\n${lines(({ style, failures }) => `${property(style)}: ${literal(failures, '  ')},`)}}\n`,
  ].join('\n')
}

type Table = ReturnType<typeof tableOf>

/** What stands in the file of a style. */
function tableOf(
  document: ContractDocument,
  style: string,
  { title, namespace, language, mediaType, failure }: StyleFacts,
) {
  const methods = methodsOf(document, style)
  const types = createTypes(document, namespace, `${namespace}.`)
  const reasonType = `${namespace}Reason`
  const { path, method } = failure
  const groups = Map.groupBy(methods, ({ names }) => names[0])
  const typeOf = (each: Method) => {
    const bodies = each.answers.map(({ schema }) => (schema ? types.typeOf(schema, 'answered') : 'undefined'))
    const titles = Object.keys(successesOf(document, each)).map(quote)
    const parameters = [
      union(titles.length > 0 ? titles : ['never']),
      union(bodies),
      `${namespace}.${codesName(each)}`,
      reasonType,
    ]
    return `${call(`readonly ${property(each.names[1])}: OperationExamples`, parameters, '', '      ', '<>')}\n`
  }
  return {
    style,
    title,
    namespace,
    reasonType,
    types: [...groups]
      .map(([group, within]) => `    readonly ${property(group)}: {\n${within.map(typeOf).join('')}    }\n`)
      .join(''),
    facts: {
      headers: { ...usualHeaders(document), 'Content-Language': language },
      mediaType,
      repeats: { ...(path && { path: dotted(path) }), ...(method && { method: dotted(method) }) },
    },
    operations: Object.fromEntries(
      [...groups].map(([group, within]) => [
        group,
        Object.fromEntries(within.map((each) => [each.names[1], shownOf(document, each)])),
      ]),
    ),
    failures: failuresOf(document, style, namespace),
  }
}

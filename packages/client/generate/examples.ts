import {
  bodyOf,
  type ContractDocument,
  type FailureAnswer,
  type Header,
  operationsOf,
  type Reference,
  type Response,
  type StyleFacts,
} from '../../../contract/document.ts'
import { resolve } from '../../../contract/pointer.ts'
import { codesName } from './face.ts'
import { dotted } from './line.ts'
import { type Method, methodsOf } from './methods.ts'
import { alias, call, comment, literal, property, quote, union, variable } from './text.ts'
import { createTypes, type Schema } from './types.ts'

/** The types that follow from no document. */
const head = `/** A success that the document shows. */
export interface ExampleAnswer<Body> {
  readonly status: number
  /** Undefined where the answer has none. */
  readonly body: Body
}

/** A failure that the document shows. */
export interface ExampleFailure {
  readonly status: number
  readonly code: string
  /** Those that a success has not. */
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
  /** The codes of the operation, each with the reasons that it can have; \`failures\` shows these. */
  readonly failures: Readonly<Record<Code, readonly [Reason, ...Reason[]]>>
}

/** How a style answers. */
export interface StyleAnswers {
  /** Of its sentences, where the request asks for none. */
  readonly language: string
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
    `${comment(['By style, the operations by what follows the style in their ids.'])}export interface Examples {\n${lines(({ style, types }) => `readonly ${property(style)}: {\n${types.join('')}  }`)}}\n`,
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
  return {
    style,
    title,
    namespace,
    reasonType,
    types: methods.map((each) => {
      const bodies = each.answers.map(({ schema }) => (schema ? types.typeOf(schema, 'answered') : 'undefined'))
      const titles = Object.keys(successesOf(document, each)).map(quote)
      const parameters = [
        union(titles.length > 0 ? titles : ['never']),
        union(bodies),
        `${namespace}.${codesName(each)}`,
        reasonType,
      ]
      return `${call(`readonly ${quote(idOf(each, namespace))}: OperationExamples`, parameters, '', '    ', '<>')}\n`
    }),
    facts: {
      language,
      mediaType,
      repeats: { ...(path && { path: dotted(path) }), ...(method && { method: dotted(method) }) },
    },
    operations: Object.fromEntries(
      methods.map((each) => [
        idOf(each, namespace),
        {
          method: each.verb,
          path: each.path,
          answers: successesOf(document, each),
          failures: reasonsOf(document, each),
        },
      ]),
    ),
    failures: failuresOf(document, style, namespace),
  }
}

function idOf({ operation }: Method, namespace: string): string {
  return operation.operationId.slice(namespace.length + 1)
}

/** By title; of an answer without a body by its status. */
function successesOf(document: ContractDocument, { answers }: Method): Record<string, object> {
  return Object.fromEntries(
    answers.flatMap(({ status, media }) => {
      const shown = Object.entries(media?.examples ?? {})
      if (!media) return [[String(status), { status, body: undefined }]]
      return shown.map(([title, each]) => [title, { status, body: resolve<{ value?: unknown }>(document, each).value }])
    }),
  )
}

/** The reasons of each code of an operation. */
function reasonsOf(document: ContractDocument, { operation }: Method): Record<string, string[]> {
  const style = operation['x-style']
  const rows = document['x-failures'].filter(({ reason }) => operation['x-failure-reasons'].includes(reason))
  return Object.fromEntries(
    operation['x-error-codes'].map((code) => [
      code,
      rows.filter((row) => (row[style] as FailureAnswer | undefined)?.code === code).map(({ reason }) => reason),
    ]),
  )
}

/** Every failure that the document shows of a style, by its reason. */
function failuresOf(document: ContractDocument, style: string, namespace: string): Record<string, object> {
  const responses = Object.entries(document.components.responses).filter(([name]) => name.startsWith(`${namespace}.`))
  return Object.fromEntries(
    document['x-failures'].flatMap(({ reason, ...row }) =>
      responses.flatMap(([, response]) => {
        const example = bodyOf(response)?.[1].examples?.[reason]
        if (!example) return []
        const { status, code } = (row as Record<string, FailureAnswer>)[style] ?? {}
        const { value } = resolve<{ value?: unknown }>(document, example)
        return [[reason, { status, code, headers: headersOf(document, response), body: value }]]
      }),
    ),
  )
}

/**
 * The headers that a failure has and a success has not, as far as the document shows what they hold.
 */
function headersOf(document: ContractDocument, { headers = {} }: Response): Record<string, string> {
  const [{ headers: usual = {} } = {}] = operationsOf(document).flatMap(({ responses }) =>
    Object.values(responses).flatMap((response) => ('$ref' in response ? [] : response)),
  )
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !(name in usual))
      .flatMap(([name, header]) => {
        const { required, schema = {} } = resolve<Exclude<Header, Reference>>(document, header)
        const { const: only, examples, minimum } = resolve<Schema>(document, schema as Schema & Reference)
        const value = only ?? examples?.[0] ?? minimum
        return required && value !== undefined ? [[name, String(value)]] : []
      }),
  )
}

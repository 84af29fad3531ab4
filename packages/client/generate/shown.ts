import {
  bodyOf,
  type ContractDocument,
  type FailureAnswer,
  type Header,
  operationsOf,
  type Pagination,
  type Reference,
  type Response,
} from '../../../contract/document.ts'
import { resolve } from '../../../contract/pointer.ts'
import { dotted } from './line.ts'
import type { Method } from './methods.ts'
import type { Schema } from './types.ts'

/** What the document shows of an operation. */
export function shownOf(document: ContractDocument, method: Method): object {
  const pagination = method.operation['x-pagination']
  return {
    method: method.verb,
    path: method.path,
    answers: successesOf(document, method),
    failures: reasonsOf(document, method),
    ...(pagination && { paging: pagingOf(pagination) }),
  }
}

function pagingOf({ parameter, items, next, page }: Pagination): object {
  return { parameter, items: dotted(items), next: dotted(next), ...(page && { page }) }
}

/** By title; of an answer without a body by its status. */
export function successesOf(document: ContractDocument, { answers, operation }: Method): Record<string, object> {
  return Object.fromEntries(
    answers.flatMap(({ status, media }) => {
      const headers = withoutUsual(document, resolve<Response>(document, operation.responses[status] as Response))
      const shown = Object.entries(media?.examples ?? {})
      if (!media) return [[String(status), { status, headers, body: undefined }]]
      return shown.map(([title, each]) => [
        title,
        { status, headers, body: resolve<{ value?: unknown }>(document, each).value },
      ])
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
export function failuresOf(document: ContractDocument, style: string, namespace: string): Record<string, object> {
  const responses = Object.entries(document.components.responses).filter(([name]) => name.startsWith(`${namespace}.`))
  return Object.fromEntries(
    document['x-failures'].flatMap(({ reason, ...row }) =>
      responses.flatMap(([, response]) => {
        const example = bodyOf(response)?.[1].examples?.[reason]
        if (!example) return []
        const { status, code } = (row as Record<string, FailureAnswer>)[style] ?? {}
        const { value } = resolve<{ value?: unknown }>(document, example)
        return [[reason, { status, code, headers: withoutUsual(document, response), body: value }]]
      }),
    ),
  )
}

/** The headers of every success of the document. */
export function usualHeaders(document: ContractDocument): Record<string, string> {
  const successes = operationsOf(document).flatMap(({ responses }) =>
    Object.entries(responses).flatMap(([status, each]) =>
      status.startsWith('2') ? [knownHeaders(document, resolve<Response>(document, each))] : [],
    ),
  )
  const [first = {}] = successes
  return Object.fromEntries(Object.entries(first).filter(([name]) => successes.every((each) => name in each)))
}

function withoutUsual(document: ContractDocument, response: Response): Record<string, string> {
  const usual = usualHeaders(document)
  return Object.fromEntries(Object.entries(knownHeaders(document, response)).filter(([name]) => !(name in usual)))
}

/** The headers that an answer cannot be without, where the document shows what they hold. */
function knownHeaders(document: ContractDocument, { headers = {} }: Response): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, header]) => {
      const { required, schema = {} } = resolve<Exclude<Header, Reference>>(document, header)
      const { const: only, examples, minimum } = resolve<Schema>(document, schema as Schema & Reference)
      const value = only ?? examples?.[0] ?? minimum
      return required && value !== undefined ? [[name, String(value)]] : []
    }),
  )
}

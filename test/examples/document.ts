import { pointerTo } from '../../contract/pointer.ts'
import { contract } from '../support/contract-check.ts'

/** An exchange that an operation shows: its request and its answer under one title. */
export interface ExampleExchange {
  readonly operationId: string
  readonly title: string
  readonly method: string
  /** With its placeholders. */
  readonly path: string
  /** Parameters that the example gives a value, by name. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly request: any
  readonly status: number
  readonly response: any
  /** Where all of it stands in the document (RFC 6901). */
  readonly pointers: readonly string[]
}

/** A failure that a response shows. */
export interface ExampleFailure {
  readonly style: 'Rpc' | 'Rest'
  readonly reason: string
  readonly status: number
  readonly body: any
  readonly pointer: string
}

const json = 'application/json'

/** Every exchange of every operation. */
export const exchanges: ExampleExchange[] = Object.entries<any>(contract.paths).flatMap(([path, methods]) =>
  Object.entries<any>(methods).flatMap(([method, operation]) =>
    Object.entries<any>(operation.responses).flatMap(([status, response]) =>
      Object.entries<any>(response.content?.[json].examples ?? {}).map(([title, { value }]) => {
        const within = (...names: (string | number)[]) => pointerTo('paths', path, method, ...names)
        const request = operation.requestBody?.content[json].examples?.[title]
        const given = operation.parameters
          .map((parameter: any, index: number) => ({ ...parameter, index }))
          .filter((parameter: any) => parameter.examples?.[title])
        return {
          operationId: operation.operationId,
          title,
          method: method.toUpperCase(),
          path,
          parameters: Object.fromEntries(given.map((each: any) => [each.name, each.examples[title].value])),
          request: request?.value,
          status: Number(status),
          response: value,
          pointers: [
            within('responses', status, 'content', json, 'examples', title),
            ...(request ? [within('requestBody', 'content', json, 'examples', title)] : []),
            ...given.map(({ index }: any) => within('parameters', index, 'examples', title)),
          ],
        }
      }),
    ),
  ),
)

/** Every failure of every shared response. */
export const failures: ExampleFailure[] = Object.entries<any>(contract.components.responses).flatMap(
  ([name, response]) =>
    Object.entries<any>(response.content[json].examples ?? {}).map(([reason, { value }]) => ({
      style: name.split('.')[0] as 'Rpc' | 'Rest',
      reason,
      status: value.statusCode ?? value.code,
      body: value,
      pointer: pointerTo('components', 'responses', name, 'content', json, 'examples', reason),
    })),
)

const volatile =
  /^(id|at|(actor|target|request)_?id|(created|updated|last_login|last_used)_at|(created|updated|lastLogin|lastUsed)At|expires_at|locked_?until|timestamp|(access|refresh)_?token|next_?cursor)$/i
const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

/** Ids, times and tokens become the word for their kind, so that all else is compared by value. */
export function settle(value: any, key = ''): any {
  if (Array.isArray(value)) return value.map((item) => settle(item))
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, settle(inner, name)]))
  if (value !== null && volatile.test(key)) return `<${key}>`
  // What the client calls itself, where it does.
  if (/^user_?agent$/i.test(key)) return `<${key}>`
  return key === 'path' ? value.replace(uuid, '<id>') : value
}

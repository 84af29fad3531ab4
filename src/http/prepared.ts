import type { Query } from '../domain/query.ts'
import type { StoreCall } from '../domain/store-call.ts'
import type { GivenInput } from './backend.ts'
import { readQuery } from './query.ts'
import type { FoundOperation, RequestContext } from './request-context.ts'

/** What of a request is known before its body is read. */
export interface Given extends Omit<GivenInput, 'requestBody'> {
  /** By their names in the contract. */
  readonly headers: Readonly<Record<string, string>>
  readonly givenQuery: ReadonlySet<string>
}

/** The same, held against the contract, with the body. */
export type Validated = Pick<Given, 'path' | 'query' | 'headers' | 'givenQuery'> & { readonly body: unknown }

/** What can go to the database with the look at who calls. */
export interface Prepared {
  readonly calls: readonly StoreCall[]
  /** Of a handler that only reads. */
  readonly query?: Query<unknown>
  /** Whether `query` waits until it is known who calls. */
  readonly waits?: boolean
  /** The id of the user whom the operation is about, who is read. */
  readonly target?: string | undefined
  readonly validate: (body: unknown) => Validated
}

/** @throws InvalidRequest for a broken percent-encoding */
export function givenBy({ inputs }: FoundOperation, { request, match }: RequestContext): Given {
  const path = match && 'parameters' in match ? match.parameters : {}
  const query = readQuery(request.query, inputs.query)
  const header: Record<string, string> = {}
  const headers: Record<string, string> = {}
  for (const name of Object.keys(inputs.header)) {
    const value = request.headers[name.toLowerCase()]
    if (value !== undefined) header[name.toLowerCase()] = headers[name] = value
  }
  return { path, query, header, headers, givenQuery: new Set(Object.keys(query)) }
}

import { type ContractDocument, type Header, operationsOf, type Response } from '../../contract/document.ts'
import { type FailureBody, responseNameOf, schemaNameOf } from './envelopes.ts'
import type { Words } from './words.ts'

/** Of what is refused before there is a request to speak of. */
const earlyHeaders = [
  'X-Request-Id',
  'API-Version',
  'X-Content-Type-Options',
  'Cache-Control',
  'Content-Language',
  'Access-Control-Allow-Origin',
]

/**
 * Writes headers and failures that are the same everywhere once, under `components`, and gives the
 * failures of no operation (no such path, no such method, no request that could be read) a response
 * there.
 *
 * @throws Error where two of the same name differ
 */
export function shareResponses(document: ContractDocument, bodies: readonly FailureBody[], words: Words): void {
  const headers: Record<string, Header> = {}
  const responses: Record<string, Response> = {}
  for (const operation of operationsOf(document)) {
    for (const [status, response] of Object.entries(operation.responses)) {
      if ('$ref' in response) continue
      shareHeaders(response)
      if (Number(status) < 400) {
        response.description = response.headers?.Location
          ? 'Done; `Location` is where the new user can be read.'
          : 'Done.'
        continue
      }
      const name = shareFailure(schemaNameOf(response), response)
      operation.responses[status] = { $ref: `#/components/responses/${name}` }
    }
  }
  headers.Allow = {
    required: true,
    description: 'The methods that the path has.',
    schema: { type: 'string', pattern: '^[A-Z]+(, [A-Z]+)*$', maxLength: 100 },
  }
  const { outside, early } = words.scopes
  const isEarly = ({ reasons }: FailureBody) => early.some((reason) => reasons.includes(reason))
  const isApart = (body: FailureBody) => isEarly(body) || outside.some((reason) => body.reasons.includes(reason))
  for (const body of bodies.filter(isApart))
    shareFailure(body.name, {
      description: '',
      headers: refer(isEarly(body) ? earlyHeaders : headersOf(body)),
      content: { [body.style.mediaType]: { schema: { $ref: `#/components/schemas/${body.name}` } } },
    })
  Object.assign(document.components, { headers: sorted(headers), responses: sorted(responses) })

  function shareHeaders({ headers: own = {} }: Response): void {
    for (const [name, header] of Object.entries(own)) {
      // Differs from style to style, and each has it once.
      if (name === 'Location') continue
      if (headers[name] && JSON.stringify(headers[name]) !== JSON.stringify(header))
        throw new Error(`the header ${name} is described in two ways`)
      headers[name] = header
      Object.assign(own, refer([name]))
    }
  }

  function shareFailure(schema: string, response: Response): string {
    const name = responseNameOf(schema)
    response.description = String(document.components.schemas[schema]?.description)
    if (responses[name] && JSON.stringify(responses[name]) !== JSON.stringify(response))
      throw new Error(`the failure ${name} is described in two ways`)
    responses[name] = response
    return name
  }

  /** Those that every failure of the style has; nobody is counted where there is no operation. */
  function headersOf({ style, reasons }: FailureBody): string[] {
    const others = bodies.filter((each) => each.style === style && !isApart(each))
    const [first, ...more] = others.map(({ name }) => responses[responseNameOf(name)]?.headers ?? {})
    const everywhere = Object.keys(first ?? {}).filter(
      (header) => !/^(X-)?RateLimit/.test(header) && more.every((each) => each[header]),
    )
    return [...everywhere, ...(reasons.includes('no_such_method') ? ['Allow'] : [])]
  }
}

function refer(names: readonly string[]): Record<string, Header> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}

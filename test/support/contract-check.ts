import { readFileSync } from 'node:fs'
import type { OpenAPIV3_1 } from 'openapi-types'
import { createSchemaCheck } from '../../contract/coverage/schemas.ts'
import {
  type ContractDocument,
  failurePart,
  type Operation,
  type Response,
  type StyleFacts,
} from '../../contract/document.ts'
import { at, follow, pointerTo, resolve } from '../../contract/pointer.ts'
import { noteReply } from './contract-coverage.ts'

/** What came over the wire, as a client sees it. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Parsed JSON; undefined where there is no body; text where it is no JSON. */
  readonly body: any
}

type HeaderObject = OpenAPIV3_1.HeaderObject

/** The document as it is checked in; read here on its own, not through the code that is under test. */
export const contract = JSON.parse(readFileSync(new URL('../../generated/openapi.json', import.meta.url), 'utf8'))

/** Of every HTTP answer; the contract need not name them. */
const transport = ['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding']

const bodyBreaches = createSchemaCheck(contract)
const headerBreaches = createSchemaCheck(contract, { coerceTypes: true })

/** The path template of the contract that a path belongs to, and its operations by method; exact paths first. */
export function findPath(path: string): { template: string; operations: Record<string, Operation> } | undefined {
  const plain = path.replace(/%3A/gi, ':')
  const template =
    Object.keys(contract.paths).find((each) => each === plain) ??
    Object.keys(contract.paths).find((each) => each.includes('{') && matches(each, plain))
  return template === undefined ? undefined : { template, operations: contract.paths[template] }
}

function matches(template: string, path: string): boolean {
  const [before = '', after = ''] = template.split(/\{\w+\}/)
  const middle = path.slice(before.length, path.length - after.length)
  return path.startsWith(before) && path.endsWith(after) && middle.length > 0 && !middle.includes('/')
}

/**
 * Throws unless the reply is one that the document describes: its status, content type, headers, body and error code. Replies of
 * what is outside the contract (`/health` …) are not judged here. What was seen counts for the coverage of the contract.
 *
 * @returns the id of the operation that answered, if it was one
 */
export function checkReply(method: string, path: string, reply: Reply): string | undefined {
  const code = failurePart<string>(contract, `${everyPath.namespace}.`, 'code', reply.body)
  const early = earlyRefusals[`${reply.status} ${code}`]
  const { operation, response } = early
    ? { response: pointerTo('components', 'responses', early), operation: undefined }
    : describe(method, path, reply.status)
  const wrong = breaches(method, path, operation, response, reply)
  if (wrong.length > 0)
    throw new Error(
      `${method} ${path} -> ${reply.status} breaks the contract:\n  ${wrong.join('\n  ')}\n${JSON.stringify(reply, null, 2)}`,
    )
  // Neither has a body: an answer to HEAD shows less than the operation's own.
  if (method === 'HEAD' || method === 'OPTIONS') return undefined
  if (operation) noteReply(operation.operationId, response, reply)
  else if (reply.status >= 400) noteReply(response.split('/').at(-1) as string, response, reply)
  return operation?.operationId
}

/** The style that answers what no other owns. */
const everyPath = ownerOf('/*')

/** What the HTTP server refuses before there is a path, by status and code. */
const earlyRefusals: Readonly<Record<string, string>> = {
  '400 MALFORMED_REQUEST': `${everyPath.namespace}.MalformedRequest`,
  '408 REQUEST_TIMEOUT': `${everyPath.namespace}.RequestTimeout`,
  '431 HEADERS_TOO_LARGE': `${everyPath.namespace}.HeadersTooLarge`,
}

const outside = /^\/(health|ready|openapi\.(json|yaml)|docs(\/.*)?|\.well-known\/(jwks\.json|api-contract))$/

function breaches(
  method: string,
  path: string,
  operation: Operation | undefined,
  response: string,
  reply: Reply,
): string[] {
  if (!findPath(path) && outside.test(path) && reply.status < 400) return []
  if (method === 'OPTIONS' && reply.status === 204)
    return reply.headers.allow || reply.headers['access-control-allow-methods'] ? [] : ['no Allow']
  const described = at<Response | undefined>(contract, response)
  if (operation && !described) return [`${operation.operationId} has no status ${reply.status}`]
  return [
    ...(operation && reply.status >= 400 && method !== 'HEAD' ? unknownFailures(operation, reply) : []),
    ...judge(described, reply, method),
  ]
}

function unknownFailures({ operationId, ...operation }: Operation, { body }: Reply): string[] {
  const code = failurePart<string>(contract, operationId, 'code', body)
  const reason = failurePart<string>(contract, operationId, 'reason', body)
  const isKnown = reason === undefined || operation['x-failure-reasons'].includes(reason)
  return [
    ...(operation['x-error-codes'].includes(code ?? '') ? [] : [`${operationId} has no code ${code}`]),
    ...(isKnown ? [] : [`${operationId} does not fail for ${reason}`]),
  ]
}

/** The operation that answers, if there is one, and where the document says what it answers with this status. */
function describe(method: string, path: string, status: number): { operation?: Operation; response: string } {
  const found = findPath(path)
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
  const operation = found?.operations[verb]
  if (!found || !operation) return { response: fallback(path, status) }
  return { operation, response: follow(contract, pointerTo('paths', found.template, verb, 'responses', status)) }
}

/** Where the document says what is answered where there is no operation. */
function fallback(path: string, status: number): string {
  const name = { 404: 'NoSuchPath', 405: 'MethodNotAllowed', 500: 'Internal', 503: 'Unavailable' }[status]
  return pointerTo('components', 'responses', `${ownerOf(path).namespace}.${name}`)
}

/** The style whose pattern is the longest that fits a path. */
function ownerOf(path: string): StyleFacts {
  const styles = Object.values((contract as ContractDocument)['x-styles'])
  const fits = (pattern: string) =>
    pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) || pattern === '/*' : path === pattern
  const patterns = styles.flatMap((style) => style.paths.filter(fits).map((pattern) => ({ style, pattern })))
  const [longest] = patterns.toSorted((a, b) => b.pattern.length - a.pattern.length)
  if (!longest) throw new Error(`the document has no style for ${path}`)
  return longest.style
}

function judge(response: Response | undefined, reply: Reply, method: string): string[] {
  if (!response) return [`no response is described for ${reply.status}`]
  const wrong: string[] = []
  const described = Object.entries(response.headers ?? {}).map(
    ([name, header]) => [name.toLowerCase(), resolve<HeaderObject>(contract, header)] as const,
  )
  for (const [name, { required, schema }] of described) {
    const value = reply.headers[name]
    if (value === undefined) {
      if (required) wrong.push(`the header ${name} is missing`)
    } else wrong.push(...headerBreaches(schema ?? {}, value).map((each) => `header ${name} "${value}"${each}`))
  }
  const names = new Set(described.map(([name]) => name))
  for (const name of Object.keys(reply.headers))
    if (!names.has(name) && !transport.includes(name)) wrong.push(`the header ${name} is not described`)
  const type = reply.headers['content-type']?.split(';')[0] ?? ''
  const content = response.content?.[type]
  if (!response.content) wrong.push(...(reply.body === undefined && type === '' ? [] : ['no body is described']))
  else if (!content) wrong.push(`the content type "${type}" is not described`)
  else if (method === 'HEAD') {
    if (reply.body !== undefined) wrong.push('HEAD has a body')
  } else wrong.push(...bodyBreaches(content.schema ?? {}, reply.body).map((each) => `body${each}`))
  return wrong
}

import { createSchemaCheck } from '../../contract/coverage/schemas.ts'
import {
  bodyOf,
  type ContractDocument,
  failurePart,
  type Operation,
  operationsOf,
  type Response,
  type Schema,
  type StyleFacts,
} from '../../contract/document.ts'
import { at, follow, pointerTo, propertyAt, resolve } from '../../contract/pointer.ts'
import { lines, type Notes, notes, ours } from './contract-coverage.ts'
import type { Reply } from './wire.ts'

/**
 * The document as it is checked in; read here on its own, not through the code that is under test.
 */
export const contract: any = ours

/** Of every HTTP answer; the contract need not name them. */
const transport = ['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding']

const outside = /^\/(health|ready|openapi\.(json|yaml)|docs(\/.*)?|\.well-known\/(jwks\.json|api-contract))$/

export type ContractCheck = ReturnType<typeof createContractCheck>

/**
 * Holds replies against a document.
 *
 * @param notes take what was seen of it
 */
export function createContractCheck(document: ContractDocument, { noteReply }: Pick<Notes, 'noteReply'>) {
  const bodyBreaches = createSchemaCheck(document)
  const headerBreaches = createSchemaCheck(document, { coerceTypes: true })
  const styles = Object.values(document['x-styles'])
  const early = earlyFailures()
  return { findPath, checkReply }

  /**
   * The path template of the contract that a path belongs to, and its operations by method; exact
   * paths first.
   */
  function findPath(path: string): { template: string; operations: Record<string, Operation> } | undefined {
    const plain = path.replace(/%3A/gi, ':')
    const template =
      Object.keys(document.paths).find((each) => each === plain) ??
      Object.keys(document.paths).find((each) => each.includes('{') && matches(each, plain))
    const operations = template === undefined ? undefined : document.paths[template]
    return template === undefined || !operations ? undefined : { template, operations }
  }

  /**
   * Throws unless the reply is one that the document describes: its status, content type, headers,
   * body and error code. Replies of what is outside the contract (`/health` …) are not checked
   * here. What was seen counts for the coverage of the contract.
   *
   * @returns the id of the operation that answered, if it was one
   */
  function checkReply(method: string, path: string, reply: Reply): string | undefined {
    const name = early.find(([, isOf]) => isOf(reply))?.[0]
    const { operation, response } = name ? { response: responseAt(name), operation: undefined } : describe()
    const wrong = breaches()
    if (wrong.length > 0)
      throw new Error(
        `${method} ${path} -> ${reply.status} breaks the contract:\n  ${wrong.join('\n  ')}\n${JSON.stringify(reply, null, 2)}`,
      )
    // Neither has a body: an answer to HEAD shows less than the operation's own.
    if (method === 'HEAD' || method === 'OPTIONS') return undefined
    if (operation) noteReply(operation.operationId, response, reply)
    else if (reply.status >= 400) noteReply(response.split('/').at(-1) as string, response, reply)
    return operation?.operationId

    /**
     * The operation that answers, if there is one, and where the document says what it answers with
     * this status.
     */
    function describe(): { operation?: Operation; response: string } {
      const found = findPath(path)
      const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
      const operation = found?.operations[verb]
      if (!found || !operation) return { response: responseAt(withoutOperation(path, reply.status)) }
      const pointer = pointerTo('paths', found.template, verb, 'responses', reply.status)
      return { operation, response: follow(document, pointer) }
    }

    function breaches(): string[] {
      if (!findPath(path) && outside.test(path) && reply.status < 400) return []
      if (method === 'OPTIONS' && reply.status === 204)
        return reply.headers.allow || reply.headers['access-control-allow-methods'] ? [] : ['no Allow']
      const described = at<Response | undefined>(document, response)
      if (!operation) return describedBreaches(described, reply, method)
      const { operationId: id, 'x-error-codes': codes, 'x-failure-reasons': reasons } = operation
      if (!described) return [`${id} has no status ${reply.status}`]
      const [code, reason] = (['code', 'reason'] as const).map((part) =>
        failurePart<string>(document, id, part, reply.body),
      )
      const fails = reply.status >= 400 && method !== 'HEAD'
      return [
        ...(fails && !codes.includes(code ?? '') ? [`${id} has no code ${code}`] : []),
        ...(fails && reason !== undefined && !reasons.includes(reason) ? [`${id} does not fail for ${reason}`] : []),
        ...describedBreaches(described, reply, method),
      ]
    }
  }

  function describedBreaches(response: Response | undefined, reply: Reply, method: string): string[] {
    if (!response) return [`no response is described for ${reply.status}`]
    const wrong: string[] = []
    const described = Object.entries(response.headers ?? {}).map(
      ([name, header]) =>
        [name.toLowerCase(), resolve<{ required?: boolean; schema?: object }>(document, header)] as const,
    )
    for (const [name, { required, schema = {} }] of described) {
      const value = reply.headers[name]
      if (value === undefined) {
        if (required) wrong.push(`the header ${name} is missing`)
      } else wrong.push(...headerBreaches(schema, value).map((each) => `header ${name} "${value}"${each}`))
    }
    const names = new Set(described.map(([name]) => name))
    for (const name of Object.keys(reply.headers))
      if (!names.has(name) && !transport.includes(name)) wrong.push(`the header ${name} is not described`)
    return [...wrong, ...contentBreaches(response, reply, method)]
  }

  function contentBreaches({ content = {} }: Response, { headers, body }: Reply, method: string): string[] {
    const type = headers['content-type']?.split(';')[0] ?? ''
    const { schema } = content[type] ?? {}
    if (Object.keys(content).length === 0 && type === '') return body === undefined ? [] : ['there is a body']
    if (!schema) return [`the content type "${type}" is not described`]
    if (method === 'HEAD') return body === undefined ? [] : ['HEAD has a body']
    const bodies: unknown[] = type === lines ? body : [body]
    return bodies.flatMap((each) => bodyBreaches(schema, each).map((wrong) => `body${wrong}`))
  }

  /**
   * The answer where there is no operation, in the style that owns the path: the longest match
   * wins.
   */
  function withoutOperation(path: string, status: number): string {
    const reach = ({ paths }: StyleFacts) =>
      Math.max(
        ...paths.map((each) =>
          (each.endsWith('*') ? each === '/*' || path.startsWith(each.slice(0, -1)) : path === each) ? each.length : -1,
        ),
      )
    const [owner] = styles.toSorted((one, other) => reach(other) - reach(one))
    const names = Object.keys(document.components.responses).filter(
      (name) => name.startsWith(`${owner?.namespace}.`) && valuesOf(name, 'status').includes(status),
    )
    const text = JSON.stringify(document.paths)
    return names.find((name) => !text.includes(`#/components/responses/${name}"`)) ?? names[0] ?? ''
  }

  /**
   * What the HTTP server refuses before there is a path: for reasons that the owner of every path
   * alone answers, and no operation.
   */
  function earlyFailures(): [name: string, isOf: (reply: Reply) => boolean][] {
    const told = new Set(operationsOf(document).flatMap(({ 'x-failure-reasons': reasons }) => reasons))
    const apart = document['x-failures'].filter(
      (failure) =>
        !told.has(failure.reason) && Object.keys(document['x-styles']).filter((name) => failure[name]).length === 1,
    )
    const isApart = (reason: string) => apart.some((each) => each.reason === reason)
    const names = Object.entries(document.components.responses).filter(([, response]) =>
      Object.keys(bodyOf(response)?.[1].examples ?? {}).some(isApart),
    )
    return names.map(([name]) => [
      name,
      ({ status, body }) =>
        valuesOf(name, 'status').includes(status) &&
        valuesOf(name, 'code').includes(failurePart(document, name, 'code', body)),
    ])
  }

  /** The values that a part of a failure can have in a response of this name. */
  function valuesOf(name: string, part: 'status' | 'code'): unknown[] {
    const pointer = styles.find(({ namespace }) => name.startsWith(`${namespace}.`))?.failure[part]
    const { schema = {} } = bodyOf(document.components.responses[name] ?? {})?.[1] ?? {}
    const found = pointer === undefined ? undefined : propertyAt<Schema>(document, schema, pointer)
    return found?.enum ?? (found?.const === undefined ? [] : [found.const])
  }
}

const responseAt = (name: string) => pointerTo('components', 'responses', name)

function matches(template: string, path: string): boolean {
  const [steps, given] = [template.split('/'), path.split('/')]
  return (
    steps.length === given.length &&
    steps.every((step, at) => (step.startsWith('{') ? given[at] !== '' : step === given[at]))
  )
}

/** Of our own contract. */
export const { findPath, checkReply } = createContractCheck(ours, notes)

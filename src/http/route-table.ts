import type { OpenAPIBackend, Operation } from 'openapi-backend'

/** The values in the path, decoded, by the names of its template. */
export type PathParameters = Readonly<Record<string, string>>

/** What a path and a method lead to. */
export type Match =
  | { readonly operation: Operation; readonly parameters: PathParameters }
  /** The path exists; these are its methods. */
  | { readonly allow: readonly string[] }
  | undefined

/**
 * Finds operations by tables that are made once. openapi-backend rebuilds its whole list of
 * operations on every request and compiles an expression for each, so its look-up grows with the
 * contract; the contract does not change while we serve it.
 *
 * An exact path wins over a template for good: `DELETE /users/stats` has no operation, and must not
 * become the deletion of a user "stats".
 */
export function createRouteTable(operations: readonly Operation[]) {
  const exact = new Map<string, Map<string, Operation>>()
  const templates: { pattern: RegExp; names: readonly string[]; methods: Map<string, Operation> }[] = []
  for (const path of new Set(operations.map((operation) => operation.path))) {
    const methods = new Map(
      operations.filter((each) => each.path === path).map((each) => [each.method.toUpperCase(), each]),
    )
    if (!path.includes('{')) exact.set(path, methods)
    else
      templates.push({
        pattern: new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '([^/]+)')}$`),
        names: [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name as string),
        methods,
      })
  }

  function findPath(path: string): { methods: Map<string, Operation>; parameters: PathParameters } | undefined {
    const methods = exact.get(path)
    if (methods) return { methods, parameters: {} }
    for (const template of templates) {
      const values = template.pattern.exec(path)
      if (!values) continue
      const named = template.names.map((name, at) => [name, decode(values[at + 1] as string)])
      return { methods: template.methods, parameters: Object.fromEntries(named) }
    }
    return undefined
  }

  /** `HEAD` is answered wherever `GET` is, `OPTIONS` on every path (RFC 9110, 9.3.2 and 9.3.7). */
  return (method: string, path: string): Match => {
    const found = findPath(path)
    if (!found) return undefined
    const { methods, parameters } = found
    const operation = methods.get(method === 'HEAD' ? 'GET' : method)
    return operation ? { operation, parameters } : { allow: allowOf([...methods.keys()]) }
  }
}

/** To the letter where it cannot be decoded; `normalPath` leaves no such path. */
function decode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function allowOf(methods: readonly string[]): string[] {
  return [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].sort()
}

/** Lets the backend itself look up by the table. */
export function useRouteTable(api: OpenAPIBackend): ReturnType<typeof createRouteTable> {
  const operations = api.router.getOperations()
  const byId = new Map(operations.map((operation) => [operation.operationId, operation]))
  const find = createRouteTable(operations)
  api.router.getOperations = () => operations
  api.router.getOperation = (operationId) => byId.get(operationId)
  api.router.matchOperation = (request) => {
    const match = find(request.method.toUpperCase(), request.path)
    // The caller has matched before; this is for whoever does not.
    if (!match || !('operation' in match)) throw new Error('404-notFound: no route matches request')
    return match.operation
  }
  return find
}

/**
 * `%3A` is `:`, since some clients and proxies encode it. A path that cannot be decoded is taken to
 * the letter, so that it names nothing instead of throwing in the router.
 */
export function normalPath(path: string): string {
  if (!path.includes('%')) return path
  const plain = path.replace(/%3A/gi, ':')
  try {
    decodeURIComponent(plain)
    return plain
  } catch {
    return plain.replaceAll('%', '%25')
  }
}

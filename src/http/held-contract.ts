import type { Document } from 'openapi-backend'

/**
 * A copy of a document, or of a part of one, in which every object has the properties that are
 * described and no others. What is published leaves answers open, since clients leave alone what
 * they do not know; what holds the service to its word must find a property too many.
 */
export function closeObjects<T>(node: T): T {
  if (Array.isArray(node)) return node.map(closeObjects) as T
  if (typeof node !== 'object' || node === null) return node
  const copy = Object.fromEntries(
    Object.entries(node).map(([key, inner]) => [key, isData(key) ? inner : closeObjects(inner)]),
  )
  const isOpen = copy.type === 'object' && copy.properties !== undefined && copy.additionalProperties === undefined
  return (isOpen ? { ...copy, additionalProperties: false } : copy) as T
}

/** Keys whose values are no schemas, whatever they look like. */
function isData(key: string): boolean {
  return key === 'example' || key === 'examples' || key === 'default' || key === 'enum' || key === 'const'
}

/** A media type whose bodies are JSON, or lines of it. */
export const ndjson = 'application/x-ndjson'
const isJson = (type: string) => /^application\/(.+\+)?json$/.test(type) || type === ndjson

interface Node {
  readonly [key: string]: unknown
  readonly $ref?: string
  readonly content?: Readonly<Record<string, unknown>>
}

/**
 * The document as openapi-backend takes it: with closed objects, the words beside a reference kept
 * where it follows them, and JSON of any type under the one that it looks for. `x-media-types`
 * keeps the types of a body.
 */
export function prepareDocument(document: object): Document {
  function prepare(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(prepare)
    if (typeof node !== 'object' || node === null) return node
    const { $ref, ...own } = node as Node
    if ($ref !== undefined && Object.keys(own).some((key) => key.startsWith('x-')))
      return prepare({ ...resolve(document, $ref), ...own })
    const copy = Object.fromEntries(
      Object.entries(node).map(([key, inner]) => [key, isData(key) ? inner : prepare(inner)]),
    )
    const types = Object.keys((copy.content as object | undefined) ?? {}).filter((key) => key.includes('/'))
    if (types.length === 0) return copy
    const content = copy.content as Record<string, unknown>
    const json = types.find(isJson)
    return {
      ...copy,
      'x-media-types': types,
      content: { ...content, ...(json && { 'application/json': content[json] }) },
      // Lines are checked one by one, when they come.
      ...(types.includes(ndjson) && { required: false }),
    }
  }
  return closeObjects(prepare(document)) as Document
}

function resolve(document: object, reference: string): object {
  const steps = reference.slice(2).split('/')
  return steps.reduce<Node>(
    (node, step) => node[step.replaceAll('~1', '/').replaceAll('~0', '~')] as Node,
    document as Node,
  )
}

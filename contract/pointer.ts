/** JSON Pointers (RFC 6901) into a document, and the references that are written as such. */

interface Reference {
  readonly $ref: string
}

/** A pointer to what the names lead to, one after the other. */
export function pointerTo(...names: readonly (string | number)[]): string {
  return names.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** The names that a pointer leads along: first ~1, then ~0 (clause 4). */
export function namesOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/**
 * The pointer that a reference to the same document is; as a URI fragment it may be percent-encoded
 * (clause 6).
 */
export function pointerIn($ref: string): string {
  return decodeURIComponent($ref.slice(1))
}

/** What stands at a pointer; undefined where nothing does. */
export function at<T>(document: object, pointer: string): T {
  return namesOf(pointer).reduce<unknown>(
    (node, name) => (node as Record<string, unknown> | null | undefined)?.[name],
    document,
  ) as T
}

/** The pointer itself, or where that leads which stands there as a reference. */
export function follow(document: object, pointer: string): string {
  const node = at<Partial<Reference> | undefined>(document, pointer)
  return node?.$ref === undefined ? pointer : follow(document, pointerIn(node.$ref))
}

/** The node itself, or what it refers to in the same document. */
export function resolve<T extends object>(document: object, node: T | Reference): T {
  return '$ref' in node ? at(document, follow(document, pointerIn(node.$ref))) : node
}

/**
 * The schema of what stands at a pointer in a value of a schema of the document; undefined where
 * nothing does.
 */
export function propertyAt<T extends object>(document: object, schema: T | Reference, pointer: string): T | undefined {
  return namesOf(pointer).reduce<T | Reference | undefined>((node, name) => {
    const { properties } = node ? (resolve(document, node) as { properties?: Record<string, T | Reference> }) : {}
    const property = properties?.[name]
    return property && resolve<T>(document, property)
  }, schema) as T | undefined
}

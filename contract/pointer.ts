/** JSON Pointers (RFC 6901) into a document, and the references that are written as such. */

interface Reference {
  readonly $ref: string
}

/** A pointer to what the names lead to, one after the other. */
export function pointerTo(...names: readonly (string | number)[]): string {
  return names.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** What stands at a pointer; undefined where nothing does. */
export function at<T>(document: object, pointer: string): T {
  const names = pointer.split('/').slice(1)
  return names.reduce(
    (node, name) => (node as Record<string, never> | undefined)?.[name.replaceAll('~1', '/').replaceAll('~0', '~')],
    document as unknown,
  ) as T
}

/** The pointer itself, or where that leads which stands there as a reference. */
export function follow(document: object, pointer: string): string {
  const node = at<Partial<Reference> | undefined>(document, pointer)
  return node?.$ref === undefined ? pointer : follow(document, node.$ref.slice(1))
}

/** The node itself, or what it refers to in the same document. */
export function resolve<T extends object>(document: object, node: T | Reference): T {
  return '$ref' in node ? at(document, follow(document, node.$ref.slice(1))) : node
}

/** The schema of what stands at a pointer in a value of a schema of the document; undefined where nothing does. */
export function propertyAt<T extends object>(document: object, schema: T | Reference, pointer: string): T | undefined {
  const names = pointer.split('/').slice(1)
  return names.reduce<T | Reference | undefined>((node, name) => {
    const { properties } = node ? (resolve(document, node) as { properties?: Record<string, T | Reference> }) : {}
    const property = properties?.[name.replaceAll('~1', '/').replaceAll('~0', '~')]
    return property && resolve<T>(document, property)
  }, schema) as T | undefined
}

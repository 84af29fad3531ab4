import type { ContractDocument } from '../document.ts'
import { at, pointerTo } from '../pointer.ts'

/**
 * Where the document has examples, as JSON Pointers (RFC 6901): one for each `example` of a media
 * type, a parameter, a header or a schema, and for each member of its `examples`.
 */
export function examplePointers(document: object): string[] {
  return [...walk(document, '', false)].map(([pointer]) => pointer)
}

/** The error codes that the document's examples show. */
export function codesInExamples(document: ContractDocument): Set<unknown> {
  const pointers = Object.values(document['x-styles']).flatMap(({ failure }) => failure.code ?? [])
  const values = [...walk(document, '', false)].map(
    ([, value]) => (value as { value?: unknown } | null)?.value ?? value,
  )
  return new Set(values.flatMap((value) => pointers.map((pointer) => at(Object(value), pointer))))
}

function* walk(node: unknown, at: string, named: boolean): Generator<[pointer: string, value: unknown]> {
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    const pointer = at + pointerTo(key)
    // What a name maps to is never the keyword, whatever the name: a property may be called
    // `example`.
    if (named || Array.isArray(node)) yield* walk(value, pointer, false)
    else if (key === 'example') yield [pointer, value]
    else if (key === 'examples')
      for (const [name, each] of Object.entries(value as object)) yield [pointer + pointerTo(name), each]
    else if (!isData(key)) yield* walk(value, pointer, maps.includes(key))
  }
}

/** Keys whose value maps names of the contract's own to nodes. */
const maps = [
  'properties',
  'patternProperties',
  '$defs',
  'schemas',
  'headers',
  'responses',
  'parameters',
  'paths',
  'content',
]

/** Values in which a key is no keyword. */
function isData(key: string): boolean {
  return key === 'default' || key === 'enum' || key === 'const' || key.startsWith('x-')
}

import { pointerTo } from '../pointer.ts'

/**
 * Where the document has examples, as JSON Pointers (RFC 6901): one for each `example` of a media type, a parameter, a header or a schema, and for each
 * member of its `examples`.
 */
export function examplePointers(document: object): string[] {
  return [...walk(document, '', false)].map(([pointer]) => pointer)
}

/** The error codes that the document's examples show. */
export function codesInExamples(document: object): Set<string> {
  const values = [...walk(document, '', false)].map(([, value]) => value?.value ?? value)
  return new Set(values.map((value) => value?.error_code ?? value?.details?.code ?? ''))
}

interface Failure {
  readonly value?: Failure
  readonly error_code?: string
  readonly details?: { readonly code?: string }
}

function* walk(node: unknown, at: string, named: boolean): Generator<[pointer: string, value: Failure | undefined]> {
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    const pointer = at + pointerTo(key)
    // What a name maps to is never the keyword, whatever the name: a property may be called `example`.
    if (named || Array.isArray(node)) yield* walk(value, pointer, false)
    else if (key === 'example') yield [pointer, value]
    else if (key === 'examples')
      for (const [name, each] of Object.entries<Failure>(value)) yield [pointer + pointerTo(name), each]
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

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Node = { [key: string]: Json }

/**
 * The compiler's output in the spelling that its readers have in common.
 *
 * @throws Error where closing a schema would forbid what a composition allows
 */
export function normalise(value: Json, at = '#'): Json {
  if (Array.isArray(value)) return value.map((item, index) => normalise(item, `${at}/${index}`))
  if (value === null || typeof value !== 'object') return value
  const out: Node = {}
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'example' || key === 'examples') out[key] = inner
    else if (key === 'description' && typeof inner === 'string') out[key] = unwrap(inner)
    else if (key === 'unevaluatedProperties') {
      if (['allOf', 'anyOf', 'oneOf'].some((composed) => composed in value))
        throw new Error(`${at}: a closed schema cannot be composed; spread the models instead`)
      if (JSON.stringify(inner) !== '{"not":{}}') throw new Error(`${at}: a schema that is not closed`)
      out.additionalProperties = false
    } else if (key === 'security' && JSON.stringify(inner) === '[{}]') out[key] = []
    else if (key === 'scheme' && value.type === 'http') out[key] = String(inner).toLowerCase()
    else out[key] = normalise(inner, `${at}/${key}`)
  }
  if (Array.isArray(out.enum) && !('examples' in out)) out.examples = [out.enum[0] as Json]
  return Array.isArray(out.enum) && out.enum.length === 1 ? constant(out as Node & { enum: Json[] }) : out
}

/** A paragraph is one line, wherever the source wraps it. */
function unwrap(text: string): string {
  return text.replace(/(?<!\n)\n(?![\n*-])/g, ' ')
}

function constant({ enum: [value = null], type, ...others }: Node & { enum: Json[] }): Node {
  return { type: Number.isInteger(value) ? 'integer' : (type ?? 'string'), const: value, ...others }
}

/**
 * A GET that answers a list, and whose caller can say how long, says how the rest of it is reached
 * (`x-pagination`), and all that is named there exists. Lines without an envelope have no place for
 * a cursor.
 */
export default function pagination({ responses, parameters = [], 'x-pagination': said }) {
  const query = parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name)
  const bodies = Object.entries(responses).flatMap(([status, { content = {} }]) =>
    status.startsWith('2') ? Object.values(content) : [],
  )
  if (!said)
    return query.includes('limit') && bodies.some(hasList) ? [{ message: 'has a limit and no x-pagination' }] : []
  const found = (pointer) => bodies.flatMap(({ schema }) => at(schema, pointer.split('/').slice(1)))
  return [
    ...[said.parameter, ...(said.page ? [said.page] : [])]
      .filter((name) => !query.includes(name))
      .map((name) => ({ message: `"${name}" is no query parameter` })),
    ...(found(said.items).some(({ type }) => type === 'array')
      ? []
      : [{ message: `there is no list at "${said.items}"` }]),
    ...(found(said.next).some(isNullable) ? [] : [{ message: `nothing that can be null is at "${said.next}"` }]),
  ]
}

function hasList({ schema }) {
  return Object.values(schema?.properties ?? {}).some(({ type }) => type === 'array')
}

/** The schemas that a path leads to, one of each shape that has it. */
function at(schema, [name, ...rest]) {
  if (!schema) return []
  const shapes = ['oneOf', 'anyOf', 'allOf'].flatMap((keyword) => schema[keyword] ?? [])
  if (name === undefined) return [schema]
  return [
    ...shapes.flatMap((shape) => at(shape, [name, ...rest])),
    ...(schema.properties?.[name] ? at(schema.properties[name], rest) : []),
  ]
}

function isNullable({ type, anyOf = [], oneOf = [] }) {
  return [type].flat().includes('null') || [...anyOf, ...oneOf].some(isNullable)
}

/**
 * `x-twin-fields` says which field of a twin each of the operation's own is, on the same side: both
 * sent, or both answered. Fields are meant as the twins page reads them
 * (packages/reading-room/fields.ts): dotted paths, with or without the envelope of an answer.
 */
export default function twinFields({ paths }) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ at: ['paths', path, method, 'x-twin-fields'], operation })),
  )
  return operations
    .filter(({ operation }) => operation['x-twin-fields'])
    .flatMap(({ at, operation }) => {
      const own = sidesOf(operation)
      const twins = operations.filter((each) => operation['x-twin']?.includes(each.operation.operationId))
      if (twins.length === 0) return [{ message: 'stands where there is no twin', path: at }]
      const theirs = twins.map((each) => sidesOf(each.operation))
      return Object.entries(operation['x-twin-fields']).flatMap(([name, target]) => {
        const path = [...at, name]
        const sides = own.flatMap((fields, side) => (fields.has(name) ? [side] : []))
        if (sides.length === 0) return [{ message: `"${name}" is neither sent nor answered`, path }]
        if (!sides.some((side) => theirs.some((fields) => fields[side].has(target))))
          return [{ message: `no twin has "${target}" where "${name}" stands`, path }]
        return []
      })
    })
}

/**
 * The fields that are sent, and those that are answered when all is well. Headers are the same in
 * all styles.
 */
function sidesOf({ parameters = [], requestBody, responses }) {
  const sent = parameters.flatMap(({ in: place, name }) => (place === 'header' ? [] : [name]))
  const good = Object.entries(responses).filter(([status]) => Number(status) < 300)
  const answered = good.flatMap(([, response]) => fieldsOf(response))
  return [[...sent, ...fieldsOf(requestBody)], answered].map(
    (fields) => new Set(fields.flatMap((path) => [path, bare(path)])),
  )
}

function fieldsOf(holder) {
  return Object.values(holder?.content ?? {}).flatMap(({ schema }) => flatten(schema))
}

function flatten(schema = {}, prefix = '') {
  const shapes = schema.oneOf ?? schema.anyOf
  if (shapes) return shapes.flatMap((shape) => flatten(shape, prefix))
  if (schema.items) return flatten(schema.items, `${prefix.slice(0, -1)}[].`)
  return Object.entries(schema.properties ?? {}).flatMap(([name, each]) => {
    const inner = flatten(each, `${prefix}${name}.`)
    // What only holds others together is not a field.
    return inner.length > 0 ? inner : [`${prefix}${name}`]
  })
}

/** Without what an answer is wrapped in. */
function bare(path) {
  return path.replace(/^(?:data(?:\[\])?\.|users?(?:\[\])?\.)+/, '')
}

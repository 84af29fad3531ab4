/**
 * Fields and parameters are spelt as their style says (`names` of `x-styles`); what all styles
 * share has one word. Headers have their own spelling.
 */
export default function casingOfStyle({ paths, components, 'x-styles': styles }) {
  const schemas = Object.entries(components.schemas).flatMap(([name, schema]) => {
    const style = Object.values(styles).find(({ namespace }) => name.startsWith(`${namespace}.`))
    return breachesIn(schema, style?.names, ['components', 'schemas', name])
  })
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const names = styles[operation['x-style']]?.names
      const at = ['paths', path, method]
      const parameters = (operation.parameters ?? []).map((each) => resolve(components, each))
      return [
        ...parameters.flatMap(({ in: place, name }, index) =>
          place === 'header' ? [] : breachOf(name, names, [...at, 'parameters', index]),
        ),
        ...breachesIn({ ...operation, parameters: [] }, names, at),
      ]
    }),
  )
  return [...schemas, ...operations]
}

const spellings = { snake: /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, camel: /^[a-z][a-zA-Z0-9]*$/, undefined: /^[a-z]+$/ }

function breachesIn(node, names, path) {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'examples' || key === 'example') return []
    const own =
      key === 'properties' ? Object.keys(value).flatMap((name) => breachOf(name, names, [...path, key, name])) : []
    return [...own, ...breachesIn(value, names, [...path, key])]
  })
}

function breachOf(name, names, path) {
  if (spellings[names].test(name)) return []
  const wanted = names
    ? `is not spelt in ${names} case, as its style is`
    : 'has not one word, which no casing tells apart'
  return [{ message: `"${name}" ${wanted}`, path }]
}

function resolve(components, node) {
  return node.$ref ? components.parameters[node.$ref.split('/').at(-1)] : node
}

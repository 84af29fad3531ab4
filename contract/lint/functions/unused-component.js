/**
 * Components that nothing refers to. The answers where there is no operation (no such path, no
 * request that could be read) belong to no operation; clients read them all the same. They are told
 * by their examples: reasons of `x-failures` for which no operation fails.
 */
export default function unusedComponent({ paths, components, 'x-failures': failures = [] }) {
  const text = JSON.stringify({ paths, components })
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
  const told = new Set(operations.flatMap(({ 'x-failure-reasons': reasons = [] }) => reasons))
  const apart = failures.map(({ reason }) => reason).filter((reason) => !told.has(reason))
  return Object.entries(components).flatMap(([kind, each]) =>
    Object.entries(each)
      .filter(([name]) => kind !== 'securitySchemes' && !text.includes(`"#/components/${kind}/${name}"`))
      .filter(([, component]) => kind !== 'responses' || !reasonsOf(component).some((each) => apart.includes(each)))
      .map(([name]) => ({ message: 'nothing refers to it', path: ['components', kind, name] })),
  )
}

function reasonsOf({ content = {} }) {
  return Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples))
}

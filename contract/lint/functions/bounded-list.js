/**
 * A GET that answers with arrays, however deep, lets its caller say how many things, and says how
 * many at most. One that is short by a rule of its own comes whole (`x-whole-list`), as one inside
 * an item does, and says how many at most all the same.
 */
export default function boundedList({ responses, parameters = [], 'x-whole-list': isWhole }) {
  const bodies = Object.entries(responses).flatMap(([status, { content = {} }]) =>
    status.startsWith('2') ? Object.values(content) : [],
  )
  const lists = bodies.flatMap(({ schema }) => arraysIn(schema))
  if (lists.length === 0) return
  const isInItem = ({ at }) => at.includes('[]')
  const tooLong = lists
    .filter((list) => isWhole || isInItem(list))
    .filter(({ maxItems = Number.POSITIVE_INFINITY }) => maxItems > longestWhole)
    .map(({ at }) => ({ message: `"${at}" comes whole, and may have more than ${longestWhole} items` }))
  if (isWhole) return tooLong
  const limit = parameters.find(({ in: place, name }) => place === 'query' && name === 'limit')?.schema
  if (limit?.maximum === undefined)
    return lists.map(({ at }) => ({
      message: `"${at}" is a list, and there is no query parameter "limit" with a maximum`,
    }))
  const unlimited = lists
    .filter((list) => !isInItem(list) && list.maxItems !== limit.maximum)
    .map(({ at, maxItems }) => ({
      message: `"${at}" has maxItems ${maxItems}, but the limit goes to ${limit.maximum}`,
    }))
  return [...tooLong, ...unlimited]
}

/** More are to be read in parts. */
const longestWhole = 1000

function arraysIn(schema = {}, at = 'body') {
  const own = [schema.type].flat().includes('array') ? [{ at, maxItems: schema.maxItems }] : []
  const shapes = ['oneOf', 'anyOf', 'allOf'].flatMap((keyword) => schema[keyword] ?? [])
  return [
    ...own,
    ...shapes.flatMap((shape) => arraysIn(shape, at)),
    ...(schema.items ? arraysIn(schema.items, `${at}[]`) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) => arraysIn(each, `${at}.${name}`)),
  ]
}

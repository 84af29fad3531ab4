/** An operation that answers with an array of things lets its caller say how many, and says how many at most. */
export default function boundedList({ responses, parameters = [] }) {
  const { properties = {} } = responses['200']?.content?.['application/json']?.schema ?? {}
  const lists = Object.entries(properties).filter(([, { type }]) => type === 'array')
  if (lists.length === 0) return
  const limit = parameters.find(({ in: place, name }) => place === 'query' && name === 'limit')?.schema
  if (limit?.maximum === undefined)
    return [{ message: 'answers with a list and has no query parameter "limit" with a maximum' }]
  return lists
    .filter(([, { maxItems }]) => maxItems !== limit.maximum)
    .map(([name, { maxItems }]) => ({
      message: `"${name}" has maxItems ${maxItems}, but the limit goes to ${limit.maximum}`,
    }))
}

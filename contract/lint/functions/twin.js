/** Every operation has `x-twin`; each name in it is an operation of the other style, which names this one in turn. */
export default function twin({ paths }) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ at: ['paths', path, method], ...operation })),
  )
  const styleOf = (id) => id.split('.')[0]
  return operations.flatMap(({ at, operationId, 'x-twin': twins }) => {
    if (!Array.isArray(twins))
      return [
        { message: `${operationId} has no x-twin; an empty one says that the other style has no such call`, path: at },
      ]
    return twins
      .filter((name) => {
        const other = operations.find((each) => each.operationId === name)
        return !other || styleOf(name) === styleOf(operationId) || !other['x-twin']?.includes(operationId)
      })
      .map((name) => ({
        message: `${operationId} names ${name}, which is no operation of the other style that names it in turn`,
        path: at,
      }))
  })
}

/**
 * Every operation has `x-twin`; each name in it is an operation of another style, which names this
 * one in turn.
 */
export default function twin({ paths }) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ at: ['paths', path, method], ...operation })),
  )
  return operations.flatMap(({ at, operationId, 'x-style': style, 'x-twin': twins }) => {
    if (!Array.isArray(twins))
      return [
        { message: `${operationId} has no x-twin; an empty one says that no other style has such a call`, path: at },
      ]
    return twins
      .filter((name) => {
        const other = operations.find((each) => each.operationId === name)
        return !other || other['x-style'] === style || !other['x-twin']?.includes(operationId)
      })
      .map((name) => ({
        message: `${operationId} names ${name}, which is no operation of another style that names it in turn`,
        path: at,
      }))
  })
}

/** An operation without roles that asks for a token would be nobody's; one with roles that asks for none would be everybody's. */
export default function caller(operation) {
  const roles = operation['x-roles']
  const isPublic = operation.security?.some((each) => Object.keys(each).length === 0) ?? false
  if (isPublic && roles) return [{ message: 'asks for no token and has x-roles: only one of them can be meant' }]
  if (!isPublic && !(roles?.length > 0))
    return [
      {
        message:
          'has no x-roles: nobody could call it; name the roles (@roles), or declare it public (@useAuth(NoAuth))',
      },
    ]
}

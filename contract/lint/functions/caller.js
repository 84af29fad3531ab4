/**
 * An operation without roles that asks for a token would be nobody's; one with roles that asks for
 * none would be everybody's.
 */
export default function caller({ security, 'x-roles': roles }) {
  if (security?.some((each) => Object.keys(each).length === 0))
    return [{ message: 'says "no token" as an empty requirement; for most generators public is `security: []`' }]
  const isPublic = security?.length === 0
  if (isPublic && roles) return [{ message: 'asks for no token and has x-roles: only one of them can be meant' }]
  if (!isPublic && !(roles?.length > 0))
    return [
      {
        message:
          'has no x-roles: nobody could call it; name the roles (@roles), or declare it public (@useAuth(NoAuth))',
      },
    ]
}

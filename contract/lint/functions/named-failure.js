/**
 * What is named can be imported, caught and looked up; what is inlined differs unseen from place to
 * place.
 */
export default function namedFailure({ $ref }, options) {
  const suffix = options?.suffix ?? ''
  if (!$ref?.startsWith('#/components/') || !$ref.endsWith(suffix))
    return [{ message: `is written in place; name it under components${suffix && `, ending in "${suffix}"`}` }]
}

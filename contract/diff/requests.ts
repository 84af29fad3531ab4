import { type Comparison, compareRest, quoted, sortOut, sortOutLists } from './comparison.ts'
import type { Contract, Part } from './references.ts'
import { compareSchemas } from './schemas.ts'

/**
 * Compares what an operation takes besides its body. `released` and `current` are its path items
 * and the operations in them.
 */
export function compareParameters(
  comparison: Comparison,
  released: readonly [path: Part, operation: Part],
  current: readonly [path: Part, operation: Part],
): void {
  const before = parametersOf(comparison.released, released)
  const after = parametersOf(comparison.current, current)
  const { gone, added, kept } = sortOut(before, after)
  // Unknown keys of a query are refused, and of a header that is left alone nobody hears: either
  // way the request no longer does what it did.
  for (const name of gone) comparison.tell(name, 'request-parameter-removed', true, 'is gone')
  for (const name of added) {
    if (after[name]?.required)
      comparison.tell(name, 'request-required-parameter-added', true, 'is new and has to be sent')
    else comparison.tell(name, 'request-parameter-added', false, 'is new')
  }
  for (const name of kept) {
    const [was, is] = [before[name] as Part, after[name] as Part]
    compareRequired(comparison, name, 'request-parameter', was, is)
    compareSchemas(comparison, 'request', name, was.schema, is.schema)
    compareRest(comparison, name, was, is, ['name', 'in', 'required', 'schema'])
  }
}

export function compareBody(comparison: Comparison, released: unknown, current: unknown): void {
  if (released === undefined && current === undefined) return
  const place = 'request body'
  const [before, after] = [comparison.released.read(released), comparison.current.read(current)]
  if (current === undefined) comparison.tell(place, 'request-body-removed', true, 'is gone')
  else if (released !== undefined) {
    compareRequired(comparison, place, 'request-body', before, after)
    compareContent(comparison, 'request', place, before.content, after.content)
    compareRest(comparison, place, before, after, ['required', 'content'])
  } else if (after.required) comparison.tell(place, 'request-required-body-added', true, 'is new and has to be sent')
  else comparison.tell(place, 'request-body-added', false, 'is new')
}

/** Compares the bodies of a request or an answer by their media types. */
export function compareContent(
  comparison: Comparison,
  direction: 'request' | 'answer',
  place: string,
  released: unknown,
  current: unknown,
): void {
  const [before, after] = [comparison.released.read(released), comparison.current.read(current)]
  const { gone, added, kept } = sortOut(before, after)
  for (const type of gone)
    comparison.tell(place, `${direction}-content-type-removed`, true, `the content type ${quoted(type)} is gone`)
  // Of what is offered a client may send any; what it is answered with may be what it cannot read.
  for (const type of added)
    comparison.tell(
      place,
      `${direction}-content-type-added`,
      direction === 'answer',
      `the content type ${quoted(type)} is new`,
    )
  for (const type of kept) {
    const [was, is] = [comparison.released.read(before[type]), comparison.current.read(after[type])]
    const at = kept.length > 1 ? `${place} ${type}` : place
    compareSchemas(comparison, direction, at, was.schema, is.schema)
    compareRest(comparison, at, was, is, ['schema'])
  }
}

/**
 * Compares who may call: the security requirements in force, whether an expired token is taken, and
 * the roles of `x-roles`.
 */
export function compareCallers(comparison: Comparison, released: Part, current: Part): void {
  const before = waysIn(released.security ?? comparison.released.root.security)
  const after = waysIn(current.security ?? comparison.current.root.security)
  const { gone, added } = sortOutLists(before, after)
  for (const way of gone) {
    // Whoever sends a token where none is needed is still let in.
    if (after.includes(PUBLIC))
      comparison.tell('security', 'security-loosened', false, `does not look at ${quoted(way)}`)
    else comparison.tell('security', 'security-tightened', true, `can no longer be called with ${quoted(way)}`)
  }
  for (const way of added) comparison.tell('security', 'security-loosened', false, `can be called with ${quoted(way)}`)
  const [took, takes] = [released, current].map((part) => Boolean(part['x-accepts-expired-token']))
  if (took && !takes) comparison.tell('security', 'security-tightened', true, 'no longer takes an expired access token')
  if (!took && takes) comparison.tell('security', 'security-loosened', false, 'takes an expired access token too')

  const [were, are] = [released['x-roles'], current['x-roles']] as [string[]?, string[]?]
  if (!were && are) comparison.tell('roles', 'roles-narrowed', true, `only ${are.map(quoted).join(', ')} may call it`)
  else if (were && !are) comparison.tell('roles', 'roles-widened', false, 'may be called whatever the role')
  else if (were && are) {
    const roles = sortOutLists(were, are)
    for (const role of roles.gone)
      comparison.tell('roles', 'roles-narrowed', true, `${quoted(role)} may no longer call it`)
    for (const role of roles.added) comparison.tell('roles', 'roles-widened', false, `${quoted(role)} may call it too`)
  }
}

const PUBLIC = 'no token'

/**
 * The alternatives of a security requirement, each in words; an empty requirement is met by anyone.
 */
function waysIn(security: unknown): string[] {
  const ways: Record<string, string[]>[] = Array.isArray(security) && security.length > 0 ? security : [{}]
  return ways.map((way) => {
    const schemes = Object.entries(way).map(([name, scopes]) => [name, ...scopes].join(' '))
    return schemes.length > 0 ? schemes.sort().join(' and ') : PUBLIC
  })
}

function compareRequired(comparison: Comparison, place: string, rule: string, released: Part, current: Part): void {
  if (Boolean(released.required) === Boolean(current.required)) return
  if (current.required) comparison.tell(place, `${rule}-became-required`, true, 'is required; it could be left out')
  else comparison.tell(place, `${rule}-became-optional`, false, 'may be left out; it was required')
}

/**
 * Parameters by their places for people; an operation's own stands before its path's (OpenAPI 3.1,
 * Path Item Object).
 */
function parametersOf(contract: Contract, holders: readonly [Part, Part]): Record<string, Part> {
  const all = holders.flatMap((holder) => (Array.isArray(holder.parameters) ? holder.parameters : []))
  return Object.fromEntries(
    all.map((node) => {
      const parameter = contract.read(node)
      const name = String(parameter.name)
      // Names of headers are read without regard to case (RFC 9110, clause 5.1).
      return [`${parameter.in} parameter ${parameter.in === 'header' ? name.toLowerCase() : name}`, parameter]
    }),
  )
}

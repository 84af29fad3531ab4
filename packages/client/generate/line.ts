import { isPublic, type Method } from './methods.ts'
import { variable } from './text.ts'

/**
 * The method for the run time, as `face` reads it: verb, path with what is given one by one, flags,
 * the property to pick; of a list also where its items and the next cursor stand.
 */
export function lineOf(method: Method): string {
  const { operation, verb, path, positional, query, body, pick } = method
  const pagination = operation['x-pagination']
  if (pagination && pagination.parameter !== 'after')
    throw new Error(`${operation.operationId} takes its cursor as "${pagination.parameter}"; the client sends "after"`)
  if (pagination?.page && pagination.page !== 'page')
    throw new Error(`${operation.operationId} takes a page's number as "${pagination.page}"; the client knows "page"`)
  const asked = positional.filter((each) => each.in === 'query').map(({ name }) => `${name}={${variable(name)}}`)
  // Where others follow.
  if (query.length > 0) asked.push('')
  const flags = [
    body && 'b',
    query.length > 0 && 'q',
    operation['x-idempotent'] && 'i',
    isPublic(operation) && 'p',
    operation['x-accepts-expired-token'] && 'x',
  ]
  const words = [
    verb,
    path.replaceAll(/\{([^}]+)\}/g, (_, name) => `{${variable(name)}}`) +
      (asked.length > 0 ? `?${asked.join('&')}` : ''),
    flags.filter(Boolean).join('') || '-',
    pick,
    ...(pagination ? [dotted(pagination.items), dotted(pagination.next)] : []),
  ]
  if (words.some((word) => /\s/.test(word))) throw new Error(`${operation.operationId} has a blank in ${words.join()}`)
  return words.join(' ')
}

/** A JSON Pointer as names that are joined by dots. */
export function dotted(pointer: string): string {
  if (/[.~]/.test(pointer)) throw new Error(`the client cannot follow the pointer ${pointer}`)
  return pointer.slice(1).replaceAll('/', '.')
}

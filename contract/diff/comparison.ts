import { type Contract, type Part, prose } from './references.ts'

/** One difference between two contracts. */
export interface Difference {
  /** The operation and the place in it: `Rpc.Users.create request body.role`. */
  at: string
  /** The operationId, or what else of the contract it is: `Contract`, `Other paths`. */
  operation: string
  breaking: boolean
  /** The name of the kind of difference, in kebab-case. */
  rule: string
  /** One sentence for the reader of a changelog. */
  words: string
}

/**
 * Two contracts on the way through, and where to tell what differs. `released` and `current` read
 * the nodes of one each.
 */
export interface Comparison {
  released: Contract
  current: Contract
  tell(place: string, rule: string, breaking: boolean, words: string): void
}

/** The rule of differences in what people read. They are counted, not listed. */
export const PROSE = 'prose-changed'

/**
 * What the document says for programs of ours beside OpenAPI's own words, and what neither allows
 * nor forbids anything: that it is said at all breaks nobody. Another word may mean that an answer
 * is another.
 */
const annotations: Readonly<Record<string, string>> = {
  'x-style': 'annotation-added',
  'x-styles': 'annotation-added',
  'x-session': 'annotation-added',
  'x-idempotent': 'annotation-added',
  'x-pagination': 'annotation-added',
  'x-permission': 'annotation-added',
  // What a reader is led by.
  'x-tagGroups': PROSE,
  'x-operation-order': PROSE,
  'x-introduction': PROSE,
  'x-permission-rules': PROSE,
  'x-page-notes': PROSE,
  // Of a type, and so in many places.
  'x-secret': PROSE,
  'x-failure-reason': PROSE,
}

/**
 * Tells what differs in the keys that nothing else has judged: prose as such, and anything else as
 * `unclassified`, which breaks. A keyword that this comparison does not know may mean anything, so
 * it must not pass as harmless.
 */
export function compareRest(
  comparison: Comparison,
  place: string,
  released: Part,
  current: Part,
  judged: readonly string[],
  readAsProse: readonly string[] = [],
): void {
  const rest = keysOf(released, current).filter((key) => !judged.includes(key))
  const isProse = (key: string) => prose.has(key) || readAsProse.includes(key)
  const differing = rest.filter(
    (key) => comparison.released.text(released[key]) !== comparison.current.text(current[key]),
  )
  if (differing.some(isProse)) comparison.tell(place, PROSE, false, 'descriptions, examples or other prose changed')
  for (const key of differing.filter((key) => !isProse(key))) {
    const annotation = annotations[key]
    if (annotation && released[key] === undefined) comparison.tell(place, annotation, false, `\`${key}\` is said`)
    else if (key !== 'deprecated')
      comparison.tell(place, 'unclassified', true, `\`${key}\` changed, and what that means to clients is not known`)
    else if (current.deprecated)
      comparison.tell(place, 'deprecated', false, 'is deprecated: it still works, and will go')
    else comparison.tell(place, 'no-longer-deprecated', false, 'is no longer deprecated')
  }
}

/** Values by their names on both sides: those that went, those that came, those that stayed. */
export function sortOut(released: Part, current: Part): { gone: string[]; added: string[]; kept: string[] } {
  const all = keysOf(released, current)
  return {
    gone: all.filter((name) => !Object.hasOwn(current, name)),
    added: all.filter((name) => !Object.hasOwn(released, name)),
    kept: all.filter((name) => Object.hasOwn(released, name) && Object.hasOwn(current, name)),
  }
}

/** Items of two lists, without regard to their order. */
export function sortOutLists<T>(released: readonly T[], current: readonly T[]): { gone: T[]; added: T[] } {
  const [before, after] = [released, current].map((list) => new Set(list.map((item) => JSON.stringify(item))))
  return {
    gone: released.filter((item) => !after?.has(JSON.stringify(item))),
    added: current.filter((item) => !before?.has(JSON.stringify(item))),
  }
}

/** A value as it is shown to people. */
export function quoted(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

function keysOf(released: Part, current: Part): string[] {
  // Sorted: the report must not depend on the order of keys in either document.
  return Object.keys({ ...released, ...current }).sort()
}

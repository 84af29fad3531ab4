import { at, pointerIn } from '../pointer.ts'

/** A JSON object of a contract. */
export type Part = { readonly [key: string]: unknown }

/** A contract that is read through its references. */
export interface Contract {
  readonly root: Part
  /**
   * What is meant at a place that may hold a `$ref` or a boolean schema; nothing there means no
   * constraint.
   */
  read(node: unknown): Part
  /** The same text for the same meaning: references followed, keys in order. */
  text(node: unknown): string
  /** The pointers of all that is reached from a node. */
  reached(node: unknown): ReadonlySet<string>
}

/** The comparison cannot be made. Never to be taken for "no difference". */
export class ComparisonError extends Error {
  override readonly name = 'ComparisonError'
}

const anything: Part = {}
const nothing: Part = { not: {} }

/**
 * Opens an OpenAPI 3.1 document for comparison. Throws ComparisonError where it is none, or where a
 * `$ref` leads nowhere, out of the document, or around in a circle of references.
 */
export function openContract(root: unknown): Contract {
  if (!isPart(root) || !isPart(root.paths)) throw new ComparisonError('not an OpenAPI document: it has no paths')
  const document: Part = root
  // One object for one place, so that a walk can see that it has come around.
  const known = new WeakMap<Part, Part>()
  const targets = new Map<string, Part>()
  const texts = new WeakMap<object, string>()
  let references = 0
  for (const pointer of new Set(pointersIn(document))) follow(pointer, [])
  return { root: document, read, text: (node) => textOf(node, []), reached }

  function read(node: unknown): Part {
    if (node === undefined || node === true) return anything
    if (node === false) return nothing
    if (!isPart(node)) throw new ComparisonError(`an object was expected instead of ${JSON.stringify(node)}`)
    if (typeof node.$ref !== 'string') return node
    const seen = known.get(node) ?? beside(node, follow(node.$ref, []))
    known.set(node, seen)
    return seen
  }

  function follow(pointer: string, passed: string[]): Part {
    const known = targets.get(pointer)
    if (known) return known
    if (passed.includes(pointer)) throw new ComparisonError(`the reference ${pointer} leads back to itself`)
    if (!pointer.startsWith('#/')) throw new ComparisonError(`the reference ${pointer} leads out of the document`)
    const found = at<unknown>(document, pointerIn(pointer))
    if (!isPart(found)) throw new ComparisonError(`the reference ${pointer} leads nowhere`)
    const target = typeof found.$ref === 'string' ? beside(found, follow(found.$ref, [...passed, pointer])) : found
    targets.set(pointer, target)
    return target
  }

  function textOf(node: unknown, within: string[]): string {
    if (typeof node !== 'object' || node === null) return JSON.stringify(node) ?? 'undefined'
    const seen = texts.get(node)
    if (seen !== undefined) return seen
    const followed = references
    const text = Array.isArray(node)
      ? `[${node.map((item) => textOf(item, within)).join()}]`
      : objectText(node as Part, within)
    // What refers to nothing reads the same wherever it stands.
    if (references === followed) texts.set(node, text)
    return text
  }

  function objectText(node: Part, within: string[]): string {
    const { $ref } = node
    if (typeof $ref === 'string') {
      references++
      if (within.includes($ref)) return `{"$ref":${JSON.stringify($ref)}}`
      return textOf(read(node), [...within, $ref])
    }
    const keys = Object.keys(node).sort()
    return `{${keys.map((key) => `${JSON.stringify(key)}:${textOf(node[key], within)}`).join()}}`
  }

  function reached(node: unknown): ReadonlySet<string> {
    const found = new Set<string>()
    const open: unknown[] = [node]
    while (open.length > 0) {
      for (const pointer of pointersIn(open.pop())) {
        if (found.has(pointer)) continue
        found.add(pointer)
        open.push(follow(pointer, []))
      }
    }
    return found
  }
}

/**
 * In OpenAPI 3.1 keywords may stand beside a `$ref`. Those of a schema hold as well as what is
 * referred to: where both say the same keyword, neither may be forgotten. Prose beside a reference
 * replaces that of the target.
 */
function beside(node: Part, target: Part): Part {
  const { $ref: _, ...own } = node
  const both = Object.keys(own).some((key) => key in target && !isNote(key))
  return both ? { allOf: [target, own] } : { ...target, ...own }
}

/** What people read and no program acts on. */
export const prose: ReadonlySet<string> = new Set([
  ...['title', 'summary', 'description', 'example', 'examples', 'externalDocs', '$comment'],
  // Sentences of ours.
  ...['x-pattern-message', 'x-missing-message'],
])

/** Whether a keyword of a schema allows and forbids nothing. */
export function isNote(keyword: string): boolean {
  return prose.has(keyword) || ['default', 'deprecated', 'x-secret', 'x-failure-reason'].includes(keyword)
}

export function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function pointersIn(node: unknown, found: string[] = []): string[] {
  if (typeof node !== 'object' || node === null) return found
  if (isPart(node) && typeof node.$ref === 'string') found.push(node.$ref)
  for (const inner of Object.values(node)) pointersIn(inner, found)
  return found
}

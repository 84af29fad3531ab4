import { type ContractDocument, operationsOf } from '../../contract/document.ts'
import type { Json } from './normalise.ts'

/**
 * Leaves open what is answered, since clients leave alone what they do not know; what is sent stays
 * closed.
 *
 * @throws Error where a schema is both sent and answered: it would have to be closed and open.
 * Write it as two
 */
export function openAnswers(document: ContractDocument): void {
  const { schemas } = document.components
  const operations = operationsOf(document)
  const sent = schemasIn(operations.map(({ requestBody }) => requestBody ?? null))
  const both = schemasIn(operations.map(({ responses }) => responses)).intersection(sent)
  for (const [name, schema] of Object.entries(schemas).filter(([name]) => !sent.has(name) || both.has(name)))
    if (open(schema as Json) && both.has(name)) throw new Error(`${name} is both sent and answered`)
  for (const { responses } of operations) open(responses as unknown as Json)

  function schemasIn(node: unknown, found = new Set<string>()): Set<string> {
    const names = [...JSON.stringify(node).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) =>
      String(name),
    )
    for (const name of names.filter((name) => !found.has(name))) {
      found.add(name)
      schemasIn(schemas[name] ?? null, found)
    }
    return found
  }
}

/** Whether there was something to open. */
function open(schema: Json): boolean {
  if (schema === null || typeof schema !== 'object') return false
  const within = Object.values(schema).map(open)
  if (Array.isArray(schema) || schema.additionalProperties !== false) return within.includes(true)
  return delete schema.additionalProperties
}

/**
 * Models of headers and parts of models reach the output as if they were bodies; nothing refers to
 * them.
 */
export function dropUnused(document: ContractDocument): void {
  for (;;) {
    const text = JSON.stringify(document)
    const unused = Object.keys(document.components.schemas).filter(
      (name) => !text.includes(`"#/components/schemas/${name}"`),
    )
    if (unused.length === 0) return
    for (const name of unused) delete document.components.schemas[name]
  }
}

import type { ContractDocument } from '../../contract/document.ts'
import { operationsOf } from '../../contract/document.ts'
import { dropUnused, openAnswers } from './answers.ts'
import { failureBodies, fillEnvelopes, fillMessages, withoutMarks } from './envelopes.ts'
import { writeFailures } from './failures.ts'
import { failuresModule } from './module.ts'
import { type Json, normalise } from './normalise.ts'
import { shareResponses } from './responses.ts'
import { takeWords } from './words.ts'

/**
 * The contract of the compiler's output, which is left as it is.
 *
 * @returns the document, and the text of `failures.ts`
 * @throws Error with a plain sentence where the contract says too little, or says something twice
 */
export function buildContract(compiled: Json): { document: ContractDocument; failures: string } {
  const raw = structuredClone(compiled) as unknown as ContractDocument
  const words = takeWords(raw)
  const bodies = failureBodies(raw, words)
  fillEnvelopes(raw, bodies)
  fillMessages(raw, words)
  const document = normalise(withoutMarks(raw) as unknown as Json) as unknown as ContractDocument
  openAnswers(document)
  shareResponses(document, bodies, words)
  tidyParameters(document)
  for (const server of document.servers) server['x-internal'] = false
  writeFailures(document, bodies, words)
  dropUnused(document)
  return { document, failures: failuresModule(words, document) }
}

function tidyParameters(document: ContractDocument): void {
  for (const parameter of Object.values(document.components.parameters ?? {})) delete parameter.examples
  // The compiler says it of the parameter and of its type.
  for (const parameter of operationsOf(document).flatMap(({ parameters = [] }) => parameters))
    if (!('$ref' in parameter)) delete parameter['x-failure-reason']
}

import type { ContractDocument } from '../../../contract/document.ts'
import { callsOf } from './calls.ts'
import { isPublic, type Method, methodsOf } from './methods.ts'
import { variable } from './text.ts'

/**
 * Where the service listens unless it is told otherwise: what its pages put their own address for.
 */
const address = 'http://127.0.0.1:6006'

/**
 * A program for each operation, by its id: the first call that the document shows. The token is
 * taken from the environment, so that it stands in no file and no history.
 */
export function samplesOf(document: ContractDocument): Record<string, string> {
  const methods = Object.keys(document['x-styles']).flatMap((style) => methodsOf(document, style))
  return Object.fromEntries(methods.map((method) => [method.operation.operationId, sampleOf(document, method)]))
}

function sampleOf(document: ContractDocument, method: Method): string {
  const { operation, pick } = method
  const face = variable(operation['x-style'])
  const [call = ''] = callsOf(document, method)
  const says = call.startsWith('await') && pick !== '-'
  const session = isPublic(operation)
    ? `{ baseUrl: '${address}' }`
    : `{\n  baseUrl: '${address}',\n  tokens: { accessToken: env.ACCESS_TOKEN ?? '' },\n}`
  return [
    ...(isPublic(operation) ? [] : ["import { env } from 'node:process'"]),
    "import { createJanus } from 'janus-users-client'",
    `import { ${face} } from 'janus-users-client/${face}'`,
    '',
    `const janus = createJanus(${session})`,
    ...(says ? [`const answer = ${call}`, 'console.log(answer)'] : [call]),
  ].join('\n')
}

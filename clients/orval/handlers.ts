import { isDeepStrictEqual } from 'node:util'
import { setupServer } from 'msw/node'
import * as mocks from '../out/orval/api.msw.ts'
import { baseUrl } from '../smoke/session.ts'

/**
 * Asks the generated handlers for every operation of the document, and holds what they answer
 * against its examples.
 */
export async function handlers(): Promise<string[]> {
  const document: any = await (await fetch(`${baseUrl}/openapi.json`)).json()
  const server = setupServer(...mocks.getJanusMock())
  server.listen({ onUnhandledFrame: 'error' })
  const faults: string[] = []
  try {
    for (const [path, methods] of Object.entries<any>(document.paths))
      for (const [method, operation] of Object.entries<any>(methods)) {
        const [status, success] = Object.entries<any>(operation.responses).find(([code]) => code.startsWith('2')) ?? []
        const url = `https://users.example.com${path.replace('{id}', '01941f29-7c00-7000-8000-000000000002')}`
        const response = await fetch(url, { method: method.toUpperCase() })
        const body = await response.json()
        const examples = Object.values<any>(success.content['application/json'].examples).map(({ value }) => value)
        if (String(response.status) !== status || !examples.some((example) => isDeepStrictEqual(body, example)))
          faults.push(
            `${operation.operationId} answers ${response.status} ${JSON.stringify(body)}, none of its examples`,
          )
      }
  } finally {
    server.close()
  }
  return faults
}

import { expect, it } from 'vitest'
import { face } from '../src/face.ts'
import type { Janus, RequestSpec } from '../src/index.ts'

/** What a method of this line asks for, given these arguments. */
async function asked(line: string, ...args: unknown[]): Promise<Partial<RequestSpec>> {
  const sent: RequestSpec[] = []
  const send = async (request: RequestSpec) => {
    sent.push(request)
    return { data: {}, raw: {}, response: new Response() }
  }
  const made = face({ send } as unknown as Janus, 'any', 'message', { things: { do: line } }) as any
  await made.things.do(...args)
  expect(sent).toHaveLength(1)
  return sent[0] as RequestSpec
}

it.each([
  ['GET /things? q *', [], '/things'],
  ['GET /things? q *', [{ dry: true, none: undefined }], '/things?dry=true'],
  ['GET /things?id={id}& q *', ['1&2=3'], '/things?id=1%262%3D3'],
  ['GET /things?id={id}& q *', ['1', { dry: true }], '/things?id=1&dry=true'],
  ['GET /things/{id}? q *', ['a/b?', { name: '&?' }], '/things/a%2Fb%3F?name=%26%3F'],
  ['GET /things/{id} - *', ['..a'], '/things/..a'],
])('%s with %j asks for %s', async (line, args, path) => {
  expect((await asked(line, ...args)).path).toBe(path)
})

it.each([undefined, 1, '', '.', '..'])('an id that would lead elsewhere is refused: %j', async (id) => {
  await expect(asked('GET /things/{id} - *', id)).rejects.toThrow(new TypeError('id is no id'))
})

it('a query, a body and options are taken in this order', async () => {
  const options = { retries: 0 }
  const request = await asked('POST /things?id={id}& bq *', '1', { dry: true }, { name: 'x' }, options)
  expect(request).toMatchObject({ method: 'POST', path: '/things?id=1&dry=true', body: { name: 'x' }, options })
})

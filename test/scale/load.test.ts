import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Service, startService } from '../support/service.ts'
import { faultsOf, type LoadOptions, runLoad, type Seen } from './load.ts'
import { invariantsOf } from './users.ts'

let janus: Service
let token = ''
let users: LoadOptions['users'] = []

beforeAll(async () => {
  janus = await startService({ rateLimitPerMinute: 0 })
  token = (await janus.as('super_admin')).token
  const json = { username: 'target', email: 'target@example.com', password: 'a long password', role: 'user' }
  users = [{ id: (await janus.call('POST', '/users', { json, token })).body.data.id, email: json.email }]
})
afterAll(() => janus?.close())

/** So many requests of one client; the first one makes a user, as does each sixth after it. */
function requests(count: number, prefix: string, urlOf = (_n: number) => janus.url): Promise<Seen> {
  let asked = 0
  const isOver = () => asked >= count
  return runLoad({ urlOf: () => urlOf(asked++), token, users, clients: 1, prefix, isOver, pauseMs: 0 })
}

/** A way to the service on which every answer is lost. */
async function startLosing() {
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request
    const onward = httpRequest(janus.url + url, { method, headers }, (answer) =>
      answer.resume().on('end', () => response.destroy()),
    )
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

it('who is taken when asked for again is there, and is missed when lost later', async () => {
  const losing = await startLosing()
  const seen = await requests(7, 'again', (n) => (n === 0 ? losing.url : janus.url))
  losing.close()
  expect(seen.answers).toMatchObject({ lost: 1, 409: 1 })
  expect([...seen.created]).toEqual([['again-0-0', true]])
  expect(faultsOf([seen], users, ['again-0-0'])).toEqual([])
  expect(faultsOf([seen], users, [])).toContain('again-0-0 was acknowledged, and is not there')
})

it('who is taken when asked for the first time is wrong', async () => {
  const json = { username: 'early-0-0', email: 'early@example.com', password: 'a long password', role: 'user' }
  expect((await janus.call('POST', '/users', { json, token })).status).toBe(201)
  const seen = await requests(1, 'early')
  expect(faultsOf([seen], users, ['early-0-0'])).toEqual(['early-0-0 was taken before anybody had asked for it'])
})

it('emails that are given are not those of users who are made later', async () => {
  const seen = await requests(13, 'apart')
  expect([seen.answers[409], seen.wrong]).toEqual([undefined, []])
})

it('who was made twice has two events of it', async () => {
  const fault = 'a user was made twice'
  const primary = { sql: async (text: string) => (await janus.knex.raw(text)).rows }
  expect(await invariantsOf(primary)).not.toContain(fault)
  await janus.knex.raw(
    `insert into audit_events (id, at, action, credential_kind, target_id)
     select gen_random_uuid(), now(), action, credential_kind, target_id
     from audit_events where action = 'user_created' and target_id = ?`,
    [users[0]?.id as string],
  )
  expect(await invariantsOf(primary)).toContain(fault)
})

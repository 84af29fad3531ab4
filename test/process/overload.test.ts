import { afterEach, expect, it } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import { cleanUp, start, urlOf } from './janus.ts'

afterEach(cleanUp)

it('two hundred who log in at once keep nobody else waiting', async () => {
  const own = await freshDatabase()
  const secret = 'a password of the test'
  const env = { DATABASE_URL: urlOf(own.connection), BCRYPT_COST: '12', ADMIN_PASSWORD: secret, LOGIN_ATTEMPTS: '0' }
  const janus = await start(env)
  const login = (username: string, password: string) =>
    janus.call('POST', '/auth:login', { json: { username, password } })
  const { access_token: token } = (await login('admin', secret)).body as { access_token: string }
  const abandoned = new AbortController()
  let compared = 0
  const logins = Array.from({ length: 200 }, (_, n) =>
    login(`nobody-${n}`, 'a guess').then(
      () => compared++,
      () => abandoned.abort(),
    ),
  )
  for (let n = 0; n < 50; n++) {
    expect((await janus.call('GET', '/health')).status).toBe(200)
    expect((await janus.call('GET', '/auth:me', { token })).status).toBe(200)
  }
  // By the order of the answers, not by a clock: a hundred requests that waited behind the hashes
  // would have seen the last of them.
  expect(compared).toBeLessThan(100)
  expect(abandoned.signal.aborted).toBe(false)
  janus.end()
  await Promise.all(logins)
  await own.close()
})

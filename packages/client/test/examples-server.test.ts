import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../../../test/support/service.ts'
import { argumentsOf, environmentOf } from './program.ts'

let service: Service
let site: { readonly url: string; readonly said: string[]; stop(): Promise<unknown> }

beforeAll(async () => {
  service = await startService({ loginAttempts: 3 })
  site = await startSite()
})
afterAll(async () => {
  await site?.stop()
  await service.close()
})

async function startSite() {
  const program = new URL('../examples/server.ts', import.meta.url)
  const env = environmentOf({ JANUS_URL: service.url, PORT: '0' })
  const child = spawn(process.execPath, argumentsOf(program), { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const said: string[] = []
  const lines = createInterface(child.stderr)
  const [first] = await once(lines, 'line')
  lines.on('line', (line) => void said.push(line))
  const stop = () => {
    child.kill()
    return once(child, 'exit')
  }
  return { url: String(first), said, stop }
}

/** A browser without a page: it keeps the cookie. */
function visitor() {
  let cookie = ''
  const seen: string[] = []
  async function go(path: string, form?: Record<string, string>, headers: Record<string, string> = {}) {
    const response = await fetch(site.url + path, {
      redirect: 'manual',
      headers: { ...(cookie && { Cookie: cookie }), ...headers },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    const set = response.headers.get('Set-Cookie')
    if (set) cookie = /Max-Age=0/.test(set) ? '' : (set.split(';')[0] as string)
    const text = await response.text()
    seen.push(JSON.stringify([...response.headers]), text)
    return { status: response.status, text, set, location: response.headers.get('Location') }
  }
  return {
    go,
    seen,
    logIn: (username: string, secret = password) => go('/login', { username, password: secret }),
    get cookie() {
      return cookie
    },
    set cookie(value) {
      cookie = value
    },
  }
}

describe('server.ts', () => {
  it('logs a visitor in and out, and gives the browser no token', async () => {
    const { username } = await service.makeUser({ fullName: 'Moon <b>&' })
    const guest = visitor()
    const { go, logIn, seen } = guest
    expect((await go('/')).text).toContain('Password')
    const answer = await logIn(username)
    expect(answer).toMatchObject({ status: 303, location: '/' })
    expect(answer.set).toMatch(/^__Host-session=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/)
    expect((await go('/')).text).toContain('Hello, Moon &#60;b&#62;&#38;.')
    expect(await go('/logout', {})).toMatchObject({ status: 303 })
    expect(guest.cookie).toBe('')
    expect((await go('/')).text).toContain('Password')
    expect(seen.join('\n')).not.toMatch(/eyJ|Bearer|token/i)
    const sessions = await service.knex('sessions').count().first()
    expect(Number(sessions?.count)).toBe(0)
  })

  it('keeps the sessions of visitors apart', async () => {
    const [one, two] = [await service.makeUser(), await service.makeUser()]
    const [first, second] = [visitor(), visitor()]
    await first.logIn(one.username)
    await second.logIn(two.username)
    await first.go('/logout', {})
    expect((await second.go('/')).text).toContain(`Hello, ${two.username}.`)
    expect((await first.go('/')).text).not.toContain('Hello')
  })

  it('sends a visitor whose session was revoked to the form, and forgets the cookie', async () => {
    const { id, username } = await service.makeUser()
    const { token } = await service.as('admin')
    const guest = visitor()
    await guest.logIn(username)
    const { cookie } = guest
    await service.call('POST', `/users:update?id=${id}`, { token, json: { action: 'revoke_sessions' } })
    const answer = await guest.go('/')
    expect(answer.text).toContain('Your session has ended. Log in again.')
    expect(guest.cookie).toBe('')
    guest.cookie = cookie
    expect((await guest.go('/')).text).toContain('Your session has ended. Log in again.')
    await guest.logIn(username)
    expect((await guest.go('/')).text).toContain('Hello')
  })

  it('refreshes the session of a visitor who comes back late', async () => {
    const { username } = await service.makeUser()
    const guest = visitor()
    await guest.logIn(username)
    service.clock.advance(3700)
    expect((await guest.go('/')).text).toContain('Hello')
  })

  it('says why a login is refused', async () => {
    const { username } = await service.makeUser()
    const guest = visitor()
    const refused = await guest.logIn(username, 'wrong password')
    expect(refused).toMatchObject({ status: 401, set: expect.stringContaining('Max-Age=0') })
    expect(refused.text).toContain('Wrong username or password')
    await guest.logIn(username, 'wrong password')
    await guest.logIn(username, 'wrong password')
    expect(await guest.logIn(username)).toMatchObject({ status: 429 })
    expect(await guest.go('/login', {})).toMatchObject({ status: 400 })
  })

  it('takes no form of another site, and has no other pages', async () => {
    const { username } = await service.makeUser()
    const guest = visitor()
    const form = { username, password }
    expect(await guest.go('/login', form, { 'Sec-Fetch-Site': 'cross-site' })).toMatchObject({ status: 403, set: null })
    expect(await guest.go('/elsewhere')).toMatchObject({ status: 404 })
    expect(site.said).toEqual([])
  })
})

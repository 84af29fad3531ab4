/**
 * A site that logs its visitors in, and shows their browsers no token: it keeps a session for each
 * and gives out a cookie (OWASP Session Management Cheat Sheet).
 *
 *     JANUS_URL=http://127.0.0.1:6006 PORT=8080 node server.ts
 */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { env, stderr } from 'node:process'
import { createJanus, type Janus, JanusError } from 'janus-users-client'
import { rest } from 'janus-users-client/rest'
import { listener } from './node-http.ts'

const { JANUS_URL: baseUrl = 'http://127.0.0.1:6006', PORT = '8080' } = env

/** By the value of the cookie; the longest unused first. Several servers would share a store. */
const sessions = new Map<string, Janus>()
const most = 10_000

const server = createServer(listener(handle))
server.listen(Number(PORT), '127.0.0.1', () => {
  stderr.write(`http://localhost:${(server.address() as AddressInfo).port}\n`)
})

/** Of the Fetch standard: as it stands it would do for Deno, Bun and the edge too. */
async function handle(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  const route = `${request.method} ${pathname}`
  if (request.method !== 'GET' && request.headers.get('Sec-Fetch-Site') === 'cross-site')
    return page('<p>That form is not of this site.</p>', { status: 403 })
  try {
    if (route === 'GET /') return await home(request)
    if (route === 'POST /login') return await login(request)
    if (route === 'POST /logout') return await logout(request)
    return page('<p>There is no such page.</p>', { status: 404 })
  } catch (error) {
    if (!(error instanceof JanusError)) throw error
    // The name of the request: what whoever runs the service looks for in its log.
    stderr.write(`${route}: ${error.message} (${error.code}, request ${error.requestId})\n`)
    return page('<p>That does not work at the moment. Try again later.</p>', { status: 502 })
  }
}

async function home(request: Request): Promise<Response> {
  const id = cookieOf(request)
  const janus = sessionOf(id)
  if (!janus) return loginPage(id ? 'Your session has ended. Log in again.' : '')
  const result = await rest(janus).auth.profile({ signal: request.signal }).result()
  if (result.ok)
    return page(`<p>Hello, ${escaped(result.data.fullName || result.data.username)}.</p>
      <form method="post" action="/logout"><button>Log out</button></form>`)
  // By now `onSessionEnd` has been called: somebody revoked it, or it was not used for days.
  if (!sessions.has(id)) return loginPage('Your session has ended. Log in again.')
  throw result.error
}

async function login(request: Request): Promise<Response> {
  const form = await request.formData().catch(() => new FormData())
  const id = randomBytes(32).toString('base64url')
  const janus = createJanus({ baseUrl, language: 'en', onSessionEnd: () => sessions.delete(id) })
  const [username, password] = ['username', 'password'].map((name) => String(form.get(name) ?? '')) as [string, string]
  try {
    await janus.login({ username, password })
  } catch (error) {
    // Wrong credentials, or too many of them: the service has words for both.
    if (error instanceof JanusError && error.status && error.status < 500) return loginPage(error.message, error.status)
    throw error
  }
  await forget(cookieOf(request))
  sessions.set(id, janus)
  const [oldest = ''] = sessions.keys()
  if (sessions.size > most) await forget(oldest)
  return seeOther('/', id)
}

async function logout(request: Request): Promise<Response> {
  await forget(cookieOf(request))
  return seeOther('/', '')
}

function sessionOf(id: string): Janus | undefined {
  const janus = sessions.get(id)
  if (!janus) return undefined
  sessions.delete(id)
  sessions.set(id, janus)
  return janus
}

async function forget(id: string) {
  const janus = sessions.get(id)
  sessions.delete(id)
  // The service ends it by its age if it cannot be reached now.
  await janus?.logout().catch(() => {})
}

function cookieOf(request: Request): string {
  return /(?:^|; )__Host-session=([\w-]+)/.exec(request.headers.get('Cookie') ?? '')?.[1] ?? ''
}

/** No script reads it, and no other site's form is sent with it. */
function setCookie(id: string): Record<string, string> {
  return { 'Set-Cookie': `__Host-session=${id}; Path=/; Secure; HttpOnly; SameSite=Strict${id ? '' : '; Max-Age=0'}` }
}

function seeOther(location: string, id: string): Response {
  return new Response(null, { status: 303, headers: { Location: location, ...setCookie(id) } })
}

function loginPage(message: string, status = 200): Response {
  const form = `<p role="alert">${escaped(message)}</p>
    <form method="post" action="/login">
      <label>Username <input name="username" autocomplete="username" required></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <button>Log in</button>
    </form>`
  return page(form, { status, headers: setCookie('') })
}

function page(
  content: string,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
) {
  const head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Members</title>'
  return new Response(head + content, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'; form-action 'self'",
      'Cache-Control': 'no-store',
      ...headers,
    },
  })
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

// @ts-check
import { requireAddress, serviceAddress, startAddress } from './address.js'
import { all, one, shelf } from './dom.js'
import { claimsOf, failureIn, tokenIn } from './token.js'

/** Of this tab alone, and gone with it; a token never stands in an address. */
const kept = shelf(sessionStorage)
let held = readHeld()

/**
 * The access token that calls are to bear: never one of another origin than that which is called.
 */
export function currentToken() {
  const address = serviceAddress()
  return held && address !== undefined && new URL(address).origin === held.origin ? held.token : null
}

/** @param {string} token @param {string} address of the service that it is for */
export function useToken(token, address) {
  held = { origin: new URL(address).origin, token }
  kept.write('token', `${held.origin} ${token}`)
  present()
}

function forgetToken() {
  held = undefined
  kept.write('token', null)
  present()
}

/** @returns {{ origin: string, token: string } | undefined} */
function readHeld() {
  const [origin, token] = (kept.read('token') ?? '').split(' ')
  return origin && token ? { origin, token } : undefined
}

/** The box in which people log in, or put a token that they have. */
export function startSession() {
  const box = /** @type {HTMLDialogElement} */ (one('#token'))
  one('[data-token]').addEventListener('click', () => {
    complain('')
    present()
    box.showModal()
  })
  one('[data-close]', box).addEventListener('click', () => box.close())
  box.addEventListener('click', (event) => {
    if (event.target === box) box.close()
  })
  startAddress(() => {
    complain('')
    forgetToken()
  })
  submit('[data-log-in]', async (form) => {
    const { username, password } = Object.fromEntries(new FormData(form))
    const address = requireAddress()
    useToken(
      await logIn(address, one('[name="style"]:checked', form).dataset, String(username), String(password)),
      address,
    )
    form.reset()
    box.close()
  })
  submit('[data-paste]', async (form) => {
    const given = String(new FormData(form).get('token'))
      .trim()
      .replace(/^Bearer\s+/i, '')
    // Anything else could not stand in a header.
    if (!/^[\x21-\x7e]+$/.test(given))
      throw new Error('That is no token: it has spaces or other characters that none has.')
    useToken(given, requireAddress())
    form.reset()
    box.close()
  })
  const end = one('[data-log-out]', box)
  end.addEventListener('click', () => attempt(end, logOut))
  present()
  setInterval(present, 30_000)
}

/**
 * @param {string} address @param {DOMStringMap} login its method, path and media type, and the
 * names of its fields
 * @param {string} username @param {string} password
 * @returns {Promise<string>} the access token
 */
async function logIn(address, login, username, password) {
  const body = { [login.username ?? '']: username, [login.password ?? '']: password }
  const token = tokenIn(await call(address, { ...login, body: JSON.stringify(body) }))
  if (token === undefined) throw new Error(`${address} answers, but with no token.`)
  return token
}

/** The token is kept until its session has ended: without it nobody could try again. */
async function logOut() {
  const { logout: path, logoutMethod: method } = one('#token').dataset
  try {
    if (path !== undefined) await call(requireAddress(), { path, method, token: currentToken() })
  } catch (error) {
    throw new Error(
      `The session has not ended. ${error instanceof Error ? error.message : error} Try again, or close the tab to forget the token.`,
    )
  }
  forgetToken()
}

/**
 * @param {string} address
 * @param {{ path?: string, method?: string | undefined, type?: string, token?: string | null,
 * body?: string }} given
 * @returns {Promise<unknown>} the answer, parsed
 * @throws {Error} refused, or unanswered
 */
async function call(address, { path, method = 'POST', type = 'application/json', token: bearer, body }) {
  const headers = {
    ...(bearer && { Authorization: `Bearer ${bearer}` }),
    ...(body && { 'Content-Type': type }),
  }
  const response = await fetch(address + path, {
    method,
    headers,
    credentials: 'omit',
    cache: 'no-store',
    ...(body && { body }),
  }).catch(() => {
    throw new Error(`Nothing answers at ${address}.`)
  })
  const answer = await response.json().catch(() => ({}))
  // A token that is refused has no session any more, or none that it could end.
  if (response.ok || (bearer && response.status === 401)) return answer
  const { code = response.status, message = 'refused' } = failureIn(answer)
  throw new Error(`${code}: ${message}`)
}

/** @param {string} selector @param {(form: HTMLFormElement) => Promise<void>} act */
function submit(selector, act) {
  // A document without a login has no form for one.
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector(selector))
  form?.addEventListener('submit', (event) => {
    event.preventDefault()
    attempt(one('button', form), () => act(form))
  })
}

/**
 * Says in the box why it failed.
 * @param {HTMLElement} button @param {() => Promise<void>} act
 */
async function attempt(button, act) {
  complain('')
  button.setAttribute('disabled', '')
  try {
    await act()
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error))
  } finally {
    button.removeAttribute('disabled')
  }
}

/** @param {string} text */
function complain(text) {
  const problem = one('[data-problem]')
  problem.textContent = text
  // The box may be higher than the window.
  if (text) problem.scrollIntoView({ block: 'nearest' })
}

/** Who calls, and until when, in the bar and in the box. */
function present() {
  const token = currentToken()
  const claims = token === null ? undefined : claimsOf(token)
  const left = claims?.exp === undefined ? undefined : Math.floor(claims.exp - Date.now() / 1000)
  const ended = left !== undefined && left <= 0
  const name = claims?.name ?? 'Some token'
  one('[data-token]').classList.toggle('in', token !== null && !ended)
  one('[data-who]').textContent =
    token === null
      ? 'Log in'
      : ended
        ? `${name}: ended`
        : left === undefined
          ? name
          : `${name}, ${Math.ceil(left / 60)} min`
  one('[data-session]').textContent =
    token === null || !claims
      ? 'A token that these pages cannot read.'
      : `${name}${claims.role ? ` (${claims.role})` : ''}, ${ended ? 'ended' : 'until'} ${claims.exp ? new Date(claims.exp * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }) : 'nobody knows when'}.`
  for (const part of all('[data-when]')) part.hidden = (part.dataset.when === 'in') !== (token !== null)
  for (const hint of all('[data-needs-token]')) hint.hidden = token !== null && !ended
}

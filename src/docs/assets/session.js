// @ts-check
import { all, one, shelf } from './dom.js'

/** Of this tab alone, and gone with it; a token never stands in an address. */
const kept = shelf(sessionStorage)
/** @type {string | null} */
let token = kept.read('janus.token')

/** The access token that calls are to bear. */
export function currentToken() {
  return token
}

/** @param {string | null} given */
export function useToken(given) {
  token = given
  kept.write('janus.token', given)
  present()
}

/** Where the service is, without a slash at the end. */
export function serviceAddress() {
  const { service } = document.body.dataset
  // Pages that the service itself serves stand one folder below it, whatever is in front.
  const address = service ? new URL(service, location.href).href : (kept.read('janus.address') ?? location.origin)
  return address.replace(/\/+$/, '')
}

/** The box in which people log in, or put a token that they have. */
export function startSession() {
  const box = /** @type {HTMLDialogElement} */ (one('#token'))
  one('[data-token]').addEventListener('click', () => {
    present()
    box.showModal()
  })
  one('[data-close]', box).addEventListener('click', () => box.close())
  box.addEventListener('click', (event) => {
    if (event.target === box) box.close()
  })
  const address = box.querySelector('[data-service-address]')
  if (address instanceof HTMLInputElement) {
    address.value = kept.read('janus.address') ?? ''
    address.addEventListener('change', () => {
      kept.write('janus.address', URL.canParse(address.value) ? address.value : null)
      presentAddress()
    })
  }
  submit('[data-log-in]', async (form) => {
    const { style, username, password } = Object.fromEntries(new FormData(form))
    useToken(await logIn(String(style), String(username), String(password)))
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
    useToken(given)
    form.reset()
    box.close()
  })
  one('[data-log-out]', box).addEventListener('click', async () => {
    const ended = token
    useToken(null)
    await fetch(serviceAddress() + box.dataset.logout, request({ token: ended })).catch(() => {})
  })
  present()
  presentAddress()
  setInterval(present, 30_000)
}

/**
 * @param {string} style @param {string} username @param {string} password
 * @returns {Promise<string>} the access token
 */
async function logIn(style, username, password) {
  const { rpcLogin, restLogin } = one('#token').dataset
  const body = style === 'rpc' ? { username, password } : { usernameOrEmail: username, password }
  const address = serviceAddress() + (style === 'rpc' ? rpcLogin : restLogin)
  const response = await fetch(address, request({ body: JSON.stringify(body) })).catch(() => {
    throw new Error(`Nothing answers at ${serviceAddress()}.`)
  })
  const answer = await response.json().catch(() => ({}))
  if (!response.ok)
    throw new Error(
      `${answer.error_code ?? answer.details?.code ?? response.status}: ${answer.message ?? answer.error ?? 'refused'}`,
    )
  return tokenIn(answer) ?? ''
}

/**
 * The access token in an answer of either style.
 * @param {any} answer
 * @returns {string | undefined}
 */
export function tokenIn(answer) {
  const found = answer?.access_token ?? answer?.data?.accessToken
  return typeof found === 'string' ? found : undefined
}

/**
 * @param {{ token?: string | null, body?: string }} given
 * @returns {RequestInit}
 */
function request({ token: bearer, body }) {
  const headers = {
    ...(bearer && { Authorization: `Bearer ${bearer}` }),
    ...(body && { 'Content-Type': 'application/json' }),
  }
  return { method: 'POST', headers, credentials: 'omit', cache: 'no-store', ...(body && { body }) }
}

/** @param {string} selector @param {(form: HTMLFormElement) => Promise<void>} act */
function submit(selector, act) {
  const form = /** @type {HTMLFormElement} */ (one(selector))
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const problem = one('[data-problem]')
    problem.textContent = ''
    const button = form.querySelector('button')
    button?.setAttribute('disabled', '')
    try {
      await act(form)
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error)
    } finally {
      button?.removeAttribute('disabled')
    }
  })
}

/** Who calls, and until when, in the bar and in the box. */
function present() {
  const claims = token === null ? undefined : claimsOf(token)
  const left = claims?.exp === undefined ? undefined : Math.floor(claims.exp - Date.now() / 1000)
  const ended = left !== undefined && left <= 0
  const name = claims?.username ?? 'Some token'
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

/**
 * What a JWT says of itself; for show only, the service judges it anew.
 * @param {string} jwt
 * @returns {{ exp?: number, username?: string, role?: string } | undefined}
 */
function claimsOf(jwt) {
  try {
    const bytes = Uint8Array.from(atob((jwt.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    )
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

/** Samples name the service that these pages belong to. */
function presentAddress() {
  for (const place of all('[data-address]')) place.textContent = serviceAddress()
}

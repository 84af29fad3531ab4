// @ts-check

import { requireAddress } from './address.js'
import { all, element, one } from './dom.js'
import { currentToken, useToken } from './session.js'
import { copyButton } from './tabs.js'
import { tokenIn } from './token.js'

/** The forms that make real calls. */
export function startTryIt() {
  for (const form of /** @type {HTMLFormElement[]} */ (all('[data-try]'))) {
    const examples = form.querySelector('[data-examples]')
    const body = form.querySelector('[data-body]')
    if (examples instanceof HTMLSelectElement && body instanceof HTMLTextAreaElement)
      examples.addEventListener('change', () => {
        body.value = examples.value
        body.rows = examples.value.split('\n').length
      })
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      const button = one('button', form)
      button.setAttribute('disabled', '')
      try {
        one('[data-result]', form).replaceChildren(await send(form))
      } catch (error) {
        one('[data-result]', form).replaceChildren(element('p', { class: 'problem' }, messageOf(error)))
      } finally {
        button.removeAttribute('disabled')
      }
    })
  }
}

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<Node>} what came back
 * @throws {Error} nothing could be sent, or nothing came back
 */
async function send(form) {
  const { method = 'GET', type = 'application/json', tokenNeeded } = form.dataset
  const address = requireAddress()
  const token = tokenNeeded === 'true' ? currentToken() : null
  const body = /** @type {HTMLTextAreaElement | null} */ (form.querySelector('[data-body]'))?.value
  const headers = headersOf(form)
  if (token) headers.set('Authorization', `Bearer ${token}`)
  if (body !== undefined) headers.set('Content-Type', type)
  const url = address + target(form)
  const started = performance.now()
  try {
    const response = await fetch(url, {
      method,
      headers,
      credentials: 'omit',
      cache: 'no-store',
      ...(body !== undefined && { body }),
    })
    const text = await response.text()
    return result({ response, text, address, ms: Math.round(performance.now() - started) })
  } catch (error) {
    throw new Error(`No answer from ${address}: ${messageOf(error)}`)
  }
}

/** @param {HTMLFormElement} form */
function headersOf(form) {
  const headers = new Headers()
  for (const [name, value] of given(form, 'header')) {
    try {
      headers.set(name, value)
    } catch (error) {
      throw new Error(`${name} cannot be sent: ${messageOf(error)}`)
    }
  }
  return headers
}

/** @param {HTMLFormElement} form */
function target(form) {
  const path = given(form, 'path').reduce(
    (at, [name, value]) => at.replace(`{${name}}`, encodeURIComponent(value)),
    form.dataset.path ?? '',
  )
  const query = new URLSearchParams(given(form, 'query'))
  return query.size > 0 ? `${path}?${query}` : path
}

/**
 * The fields of one place that are not left empty.
 * @param {HTMLFormElement} form @param {'path' | 'query' | 'header'} place
 * @returns {[string, string][]}
 */
function given(form, place) {
  const fields = /** @type {(HTMLInputElement | HTMLSelectElement)[]} */ (all(`[data-in="${place}"]`, form))
  return fields.filter(({ value }) => value !== '').map(({ name, value }) => [name, value])
}

/** @param {{ response: Response, text: string, address: string, ms: number }} given */
function result({ response, text, address, ms }) {
  const parsed = parse(text)
  const token = tokenIn(parsed)
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')
  const box = document.createDocumentFragment()
  box.append(
    element(
      'p',
      { class: 'result-line' },
      element('span', { class: `status ${response.ok ? 'good' : 'bad'}` }, String(response.status)),
      `${ms} ms`,
    ),
    code(parsed === undefined ? text : JSON.stringify(parsed, null, 2)),
    element('details', { class: 'fold' }, element('summary', {}, 'Headers of the answer'), code(headers)),
  )
  if (token && token !== currentToken()) {
    const use = element(
      'button',
      {
        type: 'button',
        class: 'button',
        click: () => {
          useToken(token, address)
          use.remove()
        },
      },
      'Use this token',
    )
    box.append(use)
  }
  return box
}

/** @param {string} text */
function code(text) {
  return element(
    'div',
    { class: 'code' },
    copyButton(),
    element('pre', { tabindex: '0' }, element('code', {}, ...coloured(text))),
  )
}

/**
 * JSON in the colours that the examples have.
 * @param {string} text
 */
function* coloured(text) {
  let at = 0
  for (const { 0: found, 1: name, 2: string, index } of text.matchAll(tokens)) {
    yield text.slice(at, index)
    yield element('span', { class: name ? 'k' : string ? 's' : 'w' }, found)
    at = index + found.length
  }
  yield text.slice(at)
}

const tokens = /("(?:\\.|[^"\\])*")(?=:)|("(?:\\.|[^"\\])*")|\b(true|false|null|-?\d+(?:\.\d+)?)\b/g

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error)
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

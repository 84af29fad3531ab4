// @ts-check
import { all, element, one } from './dom.js'
import { currentToken, serviceAddress, tokenIn, useToken } from './session.js'
import { copyButton } from './tabs.js'

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
      one('[data-result]', form).replaceChildren(await send(form))
      button.removeAttribute('disabled')
    })
  }
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const { method = 'GET', tokenNeeded } = form.dataset
  const token = tokenNeeded === 'true' ? currentToken() : null
  const body = /** @type {HTMLTextAreaElement | null} */ (form.querySelector('[data-body]'))?.value
  const headers = new Headers(given(form, 'header'))
  if (token) headers.set('Authorization', `Bearer ${token}`)
  if (body !== undefined) headers.set('Content-Type', 'application/json')
  const started = performance.now()
  try {
    const response = await fetch(serviceAddress() + target(form), {
      method,
      headers,
      credentials: 'omit',
      cache: 'no-store',
      ...(body !== undefined && { body }),
    })
    const text = await response.text()
    return result(response, text, Math.round(performance.now() - started))
  } catch (error) {
    return element(
      'p',
      { class: 'problem' },
      `No answer from ${serviceAddress()}: ${error instanceof Error ? error.message : error}`,
    )
  }
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

/** @param {Response} response @param {string} text @param {number} ms */
function result(response, text, ms) {
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
          useToken(token)
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

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

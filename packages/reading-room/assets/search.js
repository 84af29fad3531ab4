// @ts-check
import { element, one } from './dom.js'

/** @typedef {[title: string, kind: string, detail: string, href: string, words?: string]} Entry */

/** Of two that fit alike, the kind that stands further in front. */
const kinds = [
  'operation',
  'error code',
  'value',
  'page',
  'section',
  'parameter',
  'field',
  'schema',
  'header',
  'answer field',
]
const most = 40

/** The search over everything that the pages know; the index is fetched when it is first wanted. */
export function startSearch() {
  const box = /** @type {HTMLDialogElement} */ (one('#search'))
  const input = /** @type {HTMLInputElement} */ (one('input', box))
  const list = one('#hits')
  /** @type {Promise<Entry[]> | undefined} */
  let index
  let chosen = 0

  async function open() {
    box.showModal()
    input.select()
    await update()
  }

  function load() {
    index ??= fetch(new URL('search.json', import.meta.url))
      .then((response) => {
        if (!response.ok) throw new Error(`the server answered ${response.status}`)
        return response.json()
      })
      .catch((error) => {
        // Not kept: the next key asks again.
        index = undefined
        throw error
      })
    return index
  }

  async function update() {
    const asked = input.value
    /** @type {Entry[]} */
    let found = []
    let remark = ''
    try {
      found = search(await load(), asked)
      if (asked.trim() && found.length === 0) remark = 'Nothing has these words.'
    } catch (error) {
      remark = `The index could not be fetched: ${error instanceof Error ? error.message : error}. The next key tries again.`
    }
    if (asked !== input.value) return
    list.replaceChildren(
      ...found.map(([title, kind, detail, href], i) =>
        element(
          'li',
          { role: 'option', id: `hit-${i}` },
          element(
            'a',
            { href, tabindex: '-1', click: () => box.close() },
            element('b', {}, title),
            element('em', {}, kind),
            element('small', {}, plain(detail)),
          ),
        ),
      ),
    )
    one('.search-empty', box).textContent = remark
    choose(0)
  }

  /** @param {number} wanted */
  function choose(wanted) {
    chosen = Math.max(0, Math.min(wanted, list.children.length - 1))
    for (const [i, hit] of [...list.children].entries()) {
      hit.setAttribute('aria-selected', String(i === chosen))
      if (i === chosen) hit.scrollIntoView({ block: 'nearest' })
    }
    if (list.children.length > 0) input.setAttribute('aria-activedescendant', `hit-${chosen}`)
    else input.removeAttribute('aria-activedescendant')
  }

  one('[data-search]').addEventListener('click', open)
  input.addEventListener('input', update)
  input.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) choose(chosen + step)
    else if (event.key === 'Enter') list.children[chosen]?.querySelector('a')?.click()
    else return
    event.preventDefault()
  })
  box.addEventListener('click', (event) => {
    if (event.target === box) box.close()
  })
  addEventListener('keydown', (event) => {
    const typing = event.target instanceof Element && event.target.closest('input, textarea, select')
    const asked = (event.key === '/' && !typing) || (event.key === 'k' && (event.metaKey || event.ctrlKey))
    if (!asked || document.querySelector('dialog[open]')) return
    event.preventDefault()
    open()
  })
}

/**
 * Entries that have every word, the best first.
 * @param {Entry[]} index @param {string} asked
 */
function search(index, asked) {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return index.filter(([, kind]) => kind === 'page')
  return index
    .map((entry) => ({ entry, score: score(entry, words) }))
    .filter((each) => each.score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ entry }) => entry)
}

/** @param {Entry} entry @param {string[]} words */
function score([title, kind, detail, , more = ''], words) {
  const name = title.toLowerCase()
  const rest = `${detail} ${more}`.toLowerCase()
  let sum = 0
  for (const word of words) {
    if (name === word) sum += 100
    else if (name.startsWith(word)) sum += 60
    else if (name.includes(word)) sum += 40
    else if (rest.includes(word)) sum += 15
    else return 0
  }
  return sum + kinds.length - kinds.indexOf(kind)
}

/**
 * Descriptions are Markdown; here their words are enough.
 * @param {string} text
 */
function plain(text) {
  return text.replaceAll('`', '')
}

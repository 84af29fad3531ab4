// @ts-check
import { all, one } from './dom.js'

/**
 * The contents at the side: where the reader is, the drawer on small screens; and the filter of
 * lists.
 */
export function startContents() {
  drawer(one('#contents'), one('[data-menu]'))
  follow()
  for (const input of /** @type {HTMLInputElement[]} */ (all('[data-filter]')))
    input.addEventListener('input', () => filter(input))
}

/** @param {HTMLElement} side @param {HTMLElement} button */
function drawer(side, button) {
  const show = (/** @type {boolean} */ open) => {
    side.classList.toggle('open', open)
    button.setAttribute('aria-expanded', String(open))
  }
  show(false)
  button.addEventListener('click', (event) => {
    event.preventDefault()
    show(!side.classList.contains('open'))
  })
  document.addEventListener('click', (event) => {
    const { target } = event
    if (!(target instanceof Element) || button.contains(target)) return
    if (target.closest('a') || !side.contains(target)) show(false)
  })
  addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') show(false)
  })
}

/** Marks the section that is being read. */
function follow() {
  const links = new Map(all('.anchors a').map((link) => [link.getAttribute('href')?.slice(1), link]))
  const seen = new Set()
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) isIntersecting ? seen.add(target) : seen.delete(target)
      const first = sections.find((section) => seen.has(section))
      for (const [id, link] of links) {
        if (id === first?.id) link.setAttribute('aria-current', 'location')
        else link.removeAttribute('aria-current')
      }
    },
    { rootMargin: '-80px 0px -55% 0px' },
  )
  const sections = all('[data-section]')
  for (const section of sections) watch.observe(section)
}

/** @param {HTMLInputElement} input */
function filter(input) {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
  const entries = all(input.dataset.filter ?? '')
  for (const entry of entries) {
    const text = (entry.textContent ?? '').toLowerCase()
    entry.hidden = !words.every((word) => text.includes(word))
  }
  const left = entries.filter((entry) => !entry.hidden).length
  one('.filter-count').textContent =
    words.length === 0 ? '' : left === 0 ? 'Nothing fits.' : `${left} of ${entries.length}`
}

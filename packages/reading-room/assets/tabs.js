// @ts-check
import { all, element, shelf } from './dom.js'

const kept = shelf(localStorage)
let count = 0

/** Tabs instead of sections one below the other, and the buttons that copy. */
export function startTabs() {
  for (const box of all('.tabs')) build(box)
  for (const block of all('.code')) block.prepend(copyButton())
  choose(kept.read('language'))
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-copy]')
    if (button instanceof HTMLElement) copy(button)
  })
}

/** @param {HTMLElement} box */
function build(box) {
  const panels = all(':scope > section', box)
  const tabs = panels.map((panel) => {
    const id = `tab-${++count}`
    panel.id = `${id}-panel`
    panel.setAttribute('role', 'tabpanel')
    panel.setAttribute('aria-labelledby', id)
    const title = panel.querySelector('h6')?.textContent ?? ''
    return element('button', { type: 'button', role: 'tab', id, 'aria-controls': panel.id }, title)
  })
  const select = (/** @type {number} */ chosen) => {
    for (const [i, tab] of tabs.entries()) {
      tab.setAttribute('aria-selected', String(i === chosen))
      tab.tabIndex = i === chosen ? 0 : -1
      panels[i]?.classList.toggle('shown', i === chosen)
    }
  }
  for (const [i, tab] of tabs.entries()) {
    tab.addEventListener('click', () => {
      if (box.dataset.tabs === 'language') {
        kept.write('language', tab.textContent)
        // Samples above change their height too: what was clicked stays where it is.
        const before = tab.getBoundingClientRect().top
        choose(tab.textContent)
        scrollBy({ top: tab.getBoundingClientRect().top - before, behavior: 'instant' })
      } else select(i)
    })
    tab.addEventListener('keydown', ({ key }) => {
      const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0
      const next = tabs[(i + step + tabs.length) % tabs.length]
      if (step === 0 || !next) return
      next.click()
      next.focus()
    })
  }
  if (tabs.length > 1 || box.dataset.tabs) box.prepend(element('div', { class: 'tablist', role: 'tablist' }, ...tabs))
  box.classList.add('chosen')
  select(0)
}

/**
 * The same language in every sample that has it.
 * @param {string | null} language
 */
function choose(language) {
  for (const box of all('.tabs[data-tabs="language"]')) {
    const tabs = all('[role="tab"]', box)
    if (!tabs.some((tab) => tab.textContent === language)) continue
    for (const tab of tabs) {
      const chosen = tab.textContent === language
      tab.setAttribute('aria-selected', String(chosen))
      tab.tabIndex = chosen ? 0 : -1
      document.getElementById(tab.getAttribute('aria-controls') ?? '')?.classList.toggle('shown', chosen)
    }
  }
}

/** Stands in a block of code, and copies it. */
export function copyButton() {
  return element('button', { type: 'button', class: 'copy', 'data-copy': true }, 'Copy')
}

/** @param {HTMLElement} button */
async function copy(button) {
  const text = button.parentElement?.querySelector('pre')?.textContent ?? ''
  try {
    await navigator.clipboard.writeText(text)
    button.textContent = 'Copied'
  } catch {
    // Without HTTPS browsers have no clipboard for scripts; what is selected can be copied by hand.
    const pre = button.parentElement?.querySelector('pre')
    if (pre) getSelection()?.selectAllChildren(pre)
    button.textContent = 'Selected'
  }
  button.classList.add('done')
  setTimeout(() => {
    button.textContent = 'Copy'
    button.classList.remove('done')
  }, 1600)
}

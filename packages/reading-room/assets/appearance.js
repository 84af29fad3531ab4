// @ts-check
import { all, shelf } from './dom.js'

const root = document.documentElement
const kept = shelf(localStorage)
const styles = (root.dataset.styles ?? '').split(' ')
// As early.js has it.
const narrow = matchMedia(`(max-width: ${380 * styles.length - 1}px)`)

/** The switches for style and colours, and the way to what the address names. */
export function startAppearance() {
  for (const button of all('[data-style-choice]'))
    button.addEventListener('click', () => {
      kept.write('style', button.dataset.styleChoice ?? 'all')
      show(button.dataset.styleChoice)
    })
  for (const button of all('[data-theme-choice]'))
    button.addEventListener('click', () => {
      const theme = button.dataset.themeChoice ?? 'system'
      kept.write('theme', theme === 'system' ? null : theme)
      root.dataset.theme = theme
      press('themeChoice', theme)
    })
  narrow.addEventListener('change', () => show(kept.read('style') ?? 'all'))
  addEventListener('hashchange', reveal)
  press('themeChoice', root.dataset.theme)
  show(styles[Number(root.dataset.style) - 1])
  reveal()
}

/** @param {string | undefined} style by its name; anything else means all */
function show(style) {
  // A narrow screen has room for one.
  const alone = narrow.matches || styles.length === 1 ? 0 : -1
  const place = styles.indexOf(style ?? '') < 0 ? alone : styles.indexOf(style ?? '')
  const shown = place < 0 ? 'all' : String(place + 1)
  press('styleChoice', styles[place] ?? 'all')
  if (shown === root.dataset.style) return
  const read = all('[data-section]').find((section) => section.getBoundingClientRect().bottom > 120)
  const before = read?.getBoundingClientRect().top ?? 0
  root.dataset.style = shown
  // What is being read stays in view, though all above it has another height now.
  if (before < 0) read?.scrollIntoView()
  else if (before < innerHeight / 2) scrollBy(0, (read?.getBoundingClientRect().top ?? 0) - before)
}

/** @param {'styleChoice' | 'themeChoice'} key @param {string | undefined} choice */
function press(key, choice) {
  const name = key.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)
  for (const button of all(`[data-${name}]`))
    button.setAttribute('aria-pressed', String(button.dataset[key] === choice))
}

/** The id that the address asks for. */
function asked() {
  const id = location.hash.slice(1)
  try {
    return decodeURIComponent(id)
  } catch {
    // A lone percent sign: whoever wrote the address meant it as it stands.
    return id
  }
}

/**
 * Brings into view what the address names, though it may be folded away or of the style that is not
 * shown.
 */
function reveal() {
  const target = document.getElementById(asked())
  if (!target) return
  const side = target.closest('.side-of')
  const place = styles.findIndex((_, i) => side?.classList.contains(`style-${i + 1}`))
  if (side && root.dataset.style !== 'all' && root.dataset.style !== String(place + 1)) show(styles[place])
  for (let fold = target.closest('details'); fold; fold = fold.parentElement?.closest('details') ?? null)
    fold.open = true
  target.scrollIntoView()
}

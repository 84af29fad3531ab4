import { type Html, html } from '../html.ts'
import { markdown } from '../markdown.ts'
import type { PageParts } from '../page.ts'

/** What changed: as it was written, then what comparing the contracts found. */
export function changelogPage(texts: readonly string[]): PageParts {
  return { name: 'changelog', body: html`<div class="prose">${texts.map(section)}</div>` }
}

/**
 * The first text loses its title, which is the page's own; the title of any other stands below it,
 * and all that follows one step deeper.
 */
function section(text: string, index: number): Html {
  return markdown(index === 0 ? text.replace(/^# .*\n/, '') : text.replace(/^#/gm, '##'))
}

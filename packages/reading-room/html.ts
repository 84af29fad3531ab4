/** HTML that is safe to stand in a page; made by `html`, `plain` and `markdown` alone. */
export interface Html {
  readonly html: string
}
export type Part = Html | string | number | false | undefined | readonly Part[]

/**
 * A template whose parts are escaped unless they are `Html`; attributes are to stand in double
 * quotes.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  // The indentation of templates means nothing in HTML; what is preformatted comes in as a part.
  const [first = '', ...rest] = strings.map((text) => text.replace(/\n\s*/g, '\n'))
  return { html: rest.reduce((text, next, i) => text + render(parts[i]) + next, first) }
}

/**
 * Text between tags. Quotes mean nothing there, and code is full of them: to escape them takes a
 * tenth of a page.
 */
export function plain(text: string): Html {
  return { html: text.replace(/[&<>]/g, (character) => entities[character] as string) }
}

function render(part: Part): string {
  if (part === undefined || part === false) return ''
  if (Array.isArray(part)) return part.map(render).join('')
  return typeof part === 'object' ? (part as Html).html : escapeHtml(String(part))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string)
}

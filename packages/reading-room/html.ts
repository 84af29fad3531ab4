import { Marked } from 'marked'

/** HTML that is safe to stand in a page; made by `html` and `markdown` alone. */
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

/** Blocks of Markdown. HTML inside it is shown, not obeyed. */
export function markdown(text: string): Html {
  return { html: marked.parse(text, { async: false }) }
}

/** One line of Markdown, without a paragraph around it. */
export function inline(text: string): Html {
  return { html: marked.parseInline(text, { async: false }) }
}

const marked = new Marked({ renderer: { html: ({ text }) => escapeHtml(text) } })

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

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string)
}

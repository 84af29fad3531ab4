import { Marked, type Token } from 'marked'
import { createAnchors } from './anchors.ts'
import { codeBlock } from './code.ts'
import { escapeHtml, type Html } from './html.ts'

/** Blocks of Markdown. HTML inside it is shown, not obeyed. */
export function markdown(text: string): Html {
  return { html: marked.parse(text, { async: false }) }
}

/** One line of Markdown, without a paragraph around it. */
export function inline(text: string): Html {
  return { html: marked.parseInline(text, { async: false }) }
}

/** What stands under a heading of the second level. */
export interface Section {
  /** Its anchor; empty where it has no title. */
  readonly id: string
  /** Without its marks; empty for what stands before the first heading. */
  readonly title: string
  readonly body: Html
  /** As it was written. */
  readonly text: string
}

/** A text by its sections. Its title is left out: that is the page's own. */
export function sectionsOf(text: string): readonly Section[] {
  const parts: { title: string; tokens: Token[] }[] = [{ title: '', tokens: [] }]
  for (const token of marked.lexer(text)) {
    if (token.type !== 'heading' || token.depth > 2) parts.at(-1)?.tokens.push(token)
    else if (token.depth === 2) parts.push({ title: token.text.replaceAll('`', ''), tokens: [] })
  }
  const anchorOf = createAnchors()
  return parts
    .filter(({ title, tokens }) => title !== '' || tokens.length > 0)
    .map(({ title, tokens }) => ({
      id: title && anchorOf(title),
      title,
      body: { html: marked.parser(tokens) },
      text: tokens.map(({ raw }) => raw).join(''),
    }))
}

const marked = new Marked({
  renderer: {
    html: ({ text }) => escapeHtml(text),
    code: ({ text }) => codeBlock(text, 'Code').html,
  },
})

import { html } from '../html.ts'
import type { Section } from '../markdown.ts'
import type { PageName, PageParts } from '../page.ts'

/** A text by its sections, each with its anchor. */
export function textPage(name: PageName, sections: readonly Section[]): PageParts {
  return {
    name,
    contents: [{ title: 'On this page', items: sections.filter(({ title }) => title !== '') }],
    body: html`<div class="prose">${sections.map(({ id, title, body }) =>
      title === ''
        ? body
        : html`<section id="${id}" data-section><h2><a href="#${id}">${title}</a></h2>${body}</section>`,
    )}</div>`,
  }
}

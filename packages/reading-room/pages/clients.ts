import { html } from '../html.ts'
import type { PageParts, Site } from '../page.ts'

/** How to get a client: a text by its sections, each with its anchor. */
export function clientsPage({ clients }: Site): PageParts {
  return {
    name: 'clients',
    contents: [{ title: 'On this page', items: clients.filter(({ title }) => title !== '') }],
    body: html`<div class="prose">${clients.map(({ id, title, body }) =>
      title === ''
        ? body
        : html`<section id="${id}" data-section><h2><a href="#${id}">${title}</a></h2>${body}</section>`,
    )}</div>`,
  }
}

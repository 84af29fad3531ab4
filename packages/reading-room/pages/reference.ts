import { renderEndpoint } from '../endpoint.ts'
import { type Html, html } from '../html.ts'
import { inline, markdown } from '../markdown.ts'
import type { Capability } from '../model.ts'
import { follow } from '../openapi.ts'
import type { PageName, PageParts, Site } from '../page.ts'

/** Every capability with its endpoints side by side. */
export function referencePage(site: Site): PageParts {
  const groups = Map.groupBy(site.capabilities, ({ group }) => group)
  return {
    name: 'index',
    switchable: site.styles.length > 1,
    contents: [
      { title: 'Start', items: [{ id: 'main', title: 'In brief' }] },
      ...[...groups].map(([title, items]) => ({ title, items })),
    ],
    body: html`${introduction(site)}
    ${[...groups].map(
      ([title, all]) => html`<section class="group"><h2 class="group-title">${title}</h2>
      ${all.map((each) => section(site, each))}</section>`,
    )}`,
  }
}

interface Brief {
  readonly title: string
  readonly text: string
  /** Where more is said. */
  readonly page?: PageName
  readonly more?: string
}

function introduction({ contract, pages, link }: Site): Html {
  const { info, components = {}, 'x-introduction': own = [] } = contract
  const [first = '', ...rest] = (info.description ?? '').split('\n\n')
  const [scheme] = Object.values(components.securitySchemes ?? {})
  const all: readonly Brief[] = [
    ...(scheme
      ? [{ title: 'Authentication', text: follow(contract, scheme).description ?? 'Calls need a token.' }]
      : []),
    ...own.map((each) => follow(contract, each)).map(({ title, description = '' }) => ({ title, text: description })),
    {
      title: 'Failures',
      text: 'Codes are for programs and never change; sentences are for people.',
      page: 'errors',
      more: 'Every code, and what to do',
    },
    {
      title: 'Limits',
      text: 'Lengths and sizes are part of the contract; rates and lifetimes are configured.',
      page: 'limits',
      more: 'All limits',
    },
  ]
  const brief = all.filter(({ page }) => page === undefined || pages.some(({ name }) => name === page))
  return html`<header class="head"><h1>${info.title} <span class="version">${info.version}</span></h1>
  <p class="lead">${inline(first)}</p></header>
  <div class="brief">${brief.map(
    ({ title, text, page, more }) => html`<section><h2>${title}</h2><p>${inline(text)}</p>
    ${page && html`<p><a href="${link(page)}">${more}</a></p>`}</section>`,
  )}</div>
  ${rest.length > 0 && html`<details class="fold more"><summary>More about the contract</summary>${markdown(rest.join('\n\n'))}</details>`}`
}

function section(site: Site, { id, title, endpoints }: Capability): Html {
  const all = [...endpoints.values()]
  const isTwin = all.filter(({ length }) => length > 0).length > 1
  return html`<section class="capability" id="${id}" data-section>
  <h3 class="capability-title"><a href="#${id}">${title}</a>${
    isTwin && html` <a class="twin-link" href="${site.link('twins', id)}">Field by field</a>`
  }</h3>
  <div class="pair" data-rows="${Math.max(...all.map(({ length }) => length))}">
    ${[...endpoints].map(
      ([style, own]) =>
        html`<div class="side-of ${style.colour}">${
          own.length > 0
            ? own.map((endpoint) => renderEndpoint(site, endpoint))
            : html`<p class="none">${style.title} has no counterpart.</p>`
        }</div>`,
    )}
  </div>
</section>`
}

import { type Capability, capabilitiesOf, styles } from '../capabilities.ts'
import { renderFace, styleNames } from '../face.ts'
import { type Html, html, inline, markdown } from '../html.ts'
import type { PageParts, Site } from '../page.ts'

/** Every capability with its two faces side by side. */
export function referencePage(site: Site): PageParts {
  const capabilities = capabilitiesOf(site.contract)
  const groups = Map.groupBy(capabilities, ({ group }) => group)
  return {
    name: 'index',
    switchable: true,
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

function introduction({ contract, link }: Site): Html {
  const { info, components } = contract
  const [first = '', ...rest] = info.description.split('\n\n')
  const { schemas, parameters, securitySchemes } = components
  const brief = [
    {
      title: 'Authentication',
      text: securitySchemes.AccessTokenAuth?.description ?? 'Log in, and send `Authorization: Bearer <access token>`.',
    },
    { title: 'Ids', text: schemas.AnyId?.description },
    { title: 'Times', text: schemas.Timestamp?.description },
    { title: 'Languages', text: parameters['RequestHeaders.acceptLanguage']?.description },
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
  ] as const
  return html`<header class="head"><h1>${info.title} <span class="version">${info.version}</span></h1>
  <p class="lead">${inline(first)}</p></header>
  <div class="brief">${brief.map(
    ({ title, text, ...more }) => html`<section><h2>${title}</h2><p>${text !== undefined && inline(text)}</p>
    ${'page' in more && html`<p><a href="${link(more.page)}">${more.more}</a></p>`}</section>`,
  )}</div>
  <details class="fold more"><summary>More about the contract</summary>${markdown(rest.join('\n\n'))}</details>`
}

function section(site: Site, { id, title, faces }: Capability): Html {
  const single = styles.find((style) => faces[style].length === 0)
  return html`<section class="capability" id="${id}" data-section>
  <h3 class="capability-title"><a href="#${id}">${title}</a>${
    !single && html` <a class="twin-link" href="${site.link('twins', id)}">Field by field</a>`
  }</h3>
  <div class="pair" data-faces="${Math.max(faces.rpc.length, faces.rest.length)}">
    ${styles.map(
      (style) =>
        html`<div class="side-of ${style}">${
          faces[style].length > 0
            ? faces[style].map((face) => renderFace(site, face))
            : html`<p class="none">${styleNames[style]} has no counterpart.</p>`
        }</div>`,
    )}
  </div>
</section>`
}

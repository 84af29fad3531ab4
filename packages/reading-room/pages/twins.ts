import { styleName } from '../endpoint.ts'
import { answerFields, type Field, type FieldRow, pairFields, requestFields } from '../fields.ts'
import { type Html, html } from '../html.ts'
import { inline } from '../markdown.ts'
import type { Capability, Endpoint, Style } from '../model.ts'
import { choicesOf, type Document } from '../openapi.ts'
import type { PageParts, Site } from '../page.ts'
import { boundsOf, defaultOf, typeOf } from '../schema.ts'

/** What an operation of one style is in the others, field by field. */
export function twinsPage(site: Site): PageParts {
  const { capabilities, contract } = site
  const groups = Map.groupBy(capabilities, ({ group }) => group)
  return {
    name: 'twins',
    contents: [...groups].map(([title, items]) => ({ title, items })),
    body: html`<p class="hint">A dash means that the style has no such field. ${inline(contract['x-page-notes']?.twins ?? '')}</p>
    ${capabilities.map((each) => twin(site, each))}`,
  }
}

function twin(site: Site, { id, title, endpoints }: Capability): Html {
  const rows = (of: (contract: Document, endpoint: Endpoint) => readonly Field[]) =>
    pairFields(new Map([...endpoints].map(([style, all]) => [style, all.flatMap((each) => of(site.contract, each))])))
  /** Where a style has several, each field says which it is of. */
  const several = new Set([...endpoints].flatMap(([style, all]) => (all.length > 1 ? [style] : [])))
  return html`<section class="twin" id="${id}" data-section>
  <h2><a href="#${id}">${title}</a></h2>
  <div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="twins">
    <thead><tr>${[...endpoints].map(
      ([style, all]) =>
        html`<th scope="col" class="${style.colour}">${styleName(style)}${
          all.length === 0
            ? html`<span class="hint">no counterpart</span>`
            : all.map(
                ({ id, method, path }) => html`<a href="${site.link('index', id)}"><code>${method} ${path}</code></a> `,
              )
        }</th>`,
    )}</tr></thead>
    ${part(site, 'Request', rows(requestFields), several)}
    ${part(site, 'Answer', rows(answerFields), several)}
  </table></div></section>`
}

function part(site: Site, title: string, rows: readonly FieldRow[], several: ReadonlySet<Style>): Html {
  const { styles } = site
  return html`<tbody><tr class="group-row"><th colspan="${styles.length}" scope="rowgroup">${title}</th></tr>
  ${rows.map((row) => html`<tr>${styles.map((style) => cell(site, row, style, several.has(style)))}</tr>`)}
  ${rows.length === 0 && html`<tr><td colspan="${styles.length}" class="hint">Nothing.</td></tr>`}</tbody>`
}

function cell({ contract }: Site, row: FieldRow, style: Style, isOneOfSeveral: boolean): Html {
  const field = row.get(style)
  if (!field)
    return html`<td class="lacking"><span aria-hidden="true">—</span><span class="unseen">no such field</span></td>`
  const { path, required, endpoint } = field
  const others = [...row.values()].filter((each) => each !== field).map((each) => factsOf(contract, each))
  return html`<td class="${style.colour}"><code class="name">${path}</code>
    ${required && html` <span class="required">required</span>`}
    <span class="facts">${factsOf(contract, field).map((fact, i) =>
      // Told apart where the twins differ: that is what somebody who moves from one to the other
      // has to know.
      others.every((facts) => facts.includes(fact))
        ? html`${i > 0 && ', '}${fact}`
        : html`${i > 0 && ', '}<b>${fact}</b>`,
    )}${isOneOfSeveral && html`<br><code>${endpoint.method} ${endpoint.path}</code>`}</span></td>`
}

function factsOf(contract: Document, { schema, place }: Field): readonly string[] {
  const choices = choicesOf(schema)
  return [
    ...(place === 'body' ? [] : [place]),
    typeOf(contract, schema),
    ...boundsOf(contract, schema),
    ...defaultOf(schema),
    ...(choices && choices.length <= 6 ? [choices.join(' / ')] : []),
  ]
}

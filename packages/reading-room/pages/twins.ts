import { type Capability, capabilitiesOf, type Face, styles } from '../capabilities.ts'
import { type Contract, choicesOf } from '../contract.ts'
import { styleNames } from '../face.ts'
import { answerFields, type Field, type FieldPair, pairFields, requestFields } from '../fields.ts'
import { type Html, html } from '../html.ts'
import type { PageParts, Site } from '../page.ts'
import { boundsOf, defaultOf, typeOf } from '../schema.ts'

/** What an operation of one style is in the other, field by field. */
export function twinsPage(site: Site): PageParts {
  const capabilities = capabilitiesOf(site.contract)
  const groups = Map.groupBy(capabilities, ({ group }) => group)
  return {
    name: 'twins',
    contents: [...groups].map(([title, items]) => ({ title, items })),
    body: html`<p class="hint">A dash means that the style has no such field. A token of either style works in the other, and either spelling of an id is taken by both.</p>
    ${capabilities.map((each) => twin(site, each))}`,
  }
}

function twin(site: Site, { id, title, faces }: Capability): Html {
  const { contract } = site
  const renamed = Object.assign({}, ...faces.rpc.map((face) => face.operation['x-twin-fields'] ?? {}))
  const pairs = (of: (contract: Contract, face: Face) => readonly Field[]) =>
    pairFields(
      faces.rpc.flatMap((face) => of(contract, face)),
      faces.rest.flatMap((face) => of(contract, face)),
      renamed,
    )
  const several = faces.rest.length > 1
  return html`<section class="twin" id="${id}" data-section>
  <h2><a href="#${id}">${title}</a></h2>
  <div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="twins">
    <thead><tr>${styles.map(
      (style) =>
        html`<th scope="col" class="${style}"><span class="style-name">${styleNames[style]}</span> ${
          faces[style].length === 0
            ? html`<span class="hint">no counterpart</span>`
            : faces[style].map(
                (face) => html`<a href="${site.link('index', face.id)}"><code>${face.method} ${face.path}</code></a> `,
              )
        }</th>`,
    )}</tr></thead>
    ${part(site, 'Request', pairs(requestFields), several)}
    ${part(site, 'Answer', pairs(answerFields), several)}
  </table></div></section>`
}

function part(site: Site, title: string, pairs: readonly FieldPair[], several: boolean): Html {
  return html`<tbody><tr class="group-row"><th colspan="2" scope="rowgroup">${title}</th></tr>
  ${pairs.map(({ rpc, rest }) => html`<tr>${cell(site, rpc, rest, false)}${cell(site, rest, rpc, several)}</tr>`)}
  ${pairs.length === 0 && html`<tr><td colspan="2" class="hint">Nothing.</td></tr>`}</tbody>`
}

function cell({ contract }: Site, field: Field | undefined, twin: Field | undefined, several: boolean): Html {
  if (!field)
    return html`<td class="lacking"><span aria-hidden="true">—</span><span class="unseen">no such field</span></td>`
  const facts = factsOf(contract, field)
  const others = twin && factsOf(contract, twin)
  return html`<td class="${field.face.style}"><code class="name">${field.path}</code>
    ${field.required && html` <span class="required">required</span>`}
    <span class="facts">${facts.map((fact, i) =>
      // Told apart where the twins differ: that is what somebody who moves from one to the other has to know.
      others && !others.includes(fact) ? html`${i > 0 && ', '}<b>${fact}</b>` : html`${i > 0 && ', '}${fact}`,
    )}${several && html`<br><code>${field.face.method} ${field.face.path}</code>`}</span></td>`
}

function factsOf(contract: Contract, { schema, place }: Field): readonly string[] {
  const choices = choicesOf(schema)
  return [
    ...(place === 'body' ? [] : [place]),
    typeOf(contract, schema),
    ...boundsOf(contract, schema),
    ...defaultOf(schema),
    ...(choices && choices.length <= 6 ? [choices.join(' / ')] : []),
  ]
}

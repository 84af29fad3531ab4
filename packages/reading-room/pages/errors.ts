import { facesOf, type Style, styles } from '../capabilities.ts'
import { jsonBlock } from '../code.ts'
import { type Contract, examplesOf, type Failure, json, type Response } from '../contract.ts'
import { styleNames } from '../face.ts'
import { type Html, html, inline } from '../html.ts'
import type { PageParts, Site } from '../page.ts'
import { failuresOf } from '../reasons.ts'
import { propertyList, titleOf } from '../schema.ts'

/** The registry: by situation, by code, and the shapes in which failures come. */
export function errorsPage(site: Site): PageParts {
  const { contract } = site
  return {
    name: 'errors',
    contents: [
      {
        title: 'On this page',
        items: [
          { id: 'situations', title: 'By situation' },
          { id: 'rpc-codes', title: 'RPC codes' },
          { id: 'rest-codes', title: 'REST codes' },
          { id: 'shapes', title: 'Shapes' },
        ],
      },
    ],
    body: html`<label class="control filter needs-script">Find a failure<input type="text" data-filter=".situation, .code-entry" placeholder="a code, a status, a word" spellcheck="false" autocomplete="off"></label>
    <p class="hint filter-count" role="status"></p>
    <h2 id="situations">By situation</h2>
    <ul class="situations">${contract['x-failures'].map(situation)}</ul>
    ${styles.map((style) => html`<h2 id="${style}-codes">${styleNames[style]} codes</h2><ul class="codes-list">${codesOf(site, style).map((code) => entry(site, style, code))}</ul>`)}
    <h2 id="shapes">Shapes</h2>
    <p class="hint">In the RPC style the code is <code>error_code</code>, in the REST style <code>details.code</code>;
      there <code>details.reason</code> tells the situation too, for the codes that stand for several.</p>
    ${shapes(site)}`,
  }
}

function situation({ reason, when, todo, ...told }: Failure): Html {
  return html`<li class="situation" id="${reason}">
  <div class="words"><h3>${inline(when)}</h3><p>${inline(todo)}</p><p class="hint">Reason <code>${reason}</code></p></div>
  ${styles.map((style) => {
    const wording = told[style]
    return wording
      ? html`<div class="wording ${style}"><p><span class="style-name">${styleNames[style]}</span> <span class="status bad">${wording.status}</span>
        <a href="#${wording.code}"><code>${wording.code}</code></a></p><p class="message">${wording.message}</p></div>`
      : html`<div class="wording ${style} lacking"><p><span class="style-name">${styleNames[style]}</span> does not know it.</p></div>`
  })}</li>`
}

/** Every code of a style. */
function codesOf({ contract }: Site, style: Style): readonly string[] {
  return [...new Set(contract['x-failures'].flatMap((failure) => failure[style]?.code ?? []))].toSorted()
}

function entry({ contract, link }: Site, style: Style, code: string): Html {
  const meant = contract['x-failures'].filter((failure) => failure[style]?.code === code)
  const statuses = new Set(meant.map((failure) => failure[style]?.status))
  const faces = facesOf(contract).filter(
    (face) => face.style === style && failuresOf(contract, face).some(({ wording }) => wording.code === code),
  )
  return html`<li class="code-entry ${style}" id="${code}"><h3><a href="#${code}"><code>${code}</code></a> ${[...statuses].map((status) => html`<span class="status bad">${status}</span>`)}</h3>
  <ul class="meant">${meant.map(({ reason, when, todo }) => html`<li><a href="#${reason}">${inline(when.replace(/\.$/, ''))}</a>. ${inline(todo)}</li>`)}</ul>
  <p class="by">${
    faces.length > 0
      ? faces.map((face) => html`<a href="${link('index', face.id)}"><code>${face.method} ${face.path}</code></a> `)
      : html`<span class="hint">Outside the operations.</span>`
  }</p></li>`
}

/** The answers that operations share, those of both styles with the same name side by side. */
function shapes({ contract }: Site): Html {
  const { responses } = contract.components
  const names = [...new Set(Object.keys(responses).map((id) => id.replace(/^.*\./, '')))]
  return html`${names.map(
    (name) =>
      html`<section class="pair shapes">${styles.map((style) => {
        const id = `${style === 'rpc' ? 'Rpc' : 'Rest'}.${name}`
        return responses[id] ? shape(contract, style, id, responses[id]) : html`<div></div>`
      })}</section>`,
  )}`
}

function shape(contract: Contract, style: Style, id: string, response: Response): Html {
  const media = json(response)
  const examples = examplesOf(media, 'Example')
  return html`<article class="shape-card ${style}" id="${id}">
    <h3><a href="#${id}"><span class="style-name">${styleNames[style]}</span> ${titleOf(id)}</a></h3>
    <p>${inline(response.description)}</p>
    ${media && html`<details class="fold"><summary>Fields</summary>${propertyList(contract, media.schema)}</details>`}
    <details class="fold"><summary>Examples <span class="count">${examples.length}</span></summary>${examples.map(
      ([title, value]) => html`<h4>${inline(title)}</h4>${jsonBlock(value, title)}`,
    )}</details></article>`
}

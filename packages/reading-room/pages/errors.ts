import { jsonBlock } from '../code.ts'
import { styleName } from '../endpoint.ts'
import { type Html, html } from '../html.ts'
import { inline } from '../markdown.ts'
import { type Style, styleOfName } from '../model.ts'
import { examplesOf, type Failure, follow, json, type Response } from '../openapi.ts'
import type { PageParts, Site } from '../page.ts'
import { failuresOf, wordingOf } from '../reasons.ts'
import { propertyList, titleOf } from '../schema.ts'

/** The registry: by situation, by code, and the shapes in which failures come. */
export function errorsPage(site: Site): PageParts {
  const { contract, styles } = site
  const failures = contract['x-failures'] ?? []
  const registry = [
    {
      id: 'situations',
      title: 'By situation',
      body: html`<ul class="situations">${failures.map((each) => situation(site, each))}</ul>`,
    },
    ...styles.map((style) => ({
      id: `${style.name}-codes`,
      title: `${style.title} codes`.trim(),
      body: html`<ul class="codes-list">${codesOf(site, style).map((code) => entry(site, style, code))}</ul>`,
    })),
  ]
  const sections = [
    ...(failures.length > 0 ? registry : []),
    {
      id: 'shapes',
      title: 'Shapes',
      body: html`${styles.some(({ failure }) => failure?.code) && html`<p class="hint">${styles.map(placeOfCode)}</p>`}${shapes(site)}`,
    },
  ]
  return {
    name: 'errors',
    contents: [{ title: 'On this page', items: sections }],
    body: html`${
      failures.length > 0 &&
      html`<label class="control filter needs-script">Find a failure<input type="text" data-filter=".situation, .code-entry" placeholder="a code, a status, a word" spellcheck="false" autocomplete="off"></label>
    <p class="hint filter-count" role="status"></p>`
    }
    ${sections.map(({ id, title, body }) => html`<h2 id="${id}">${title}</h2>${body}`)}`,
  }
}

function situation({ styles }: Site, failure: Failure): Html {
  const { reason, when, todo } = failure
  return html`<li class="situation" id="${reason}">
  <div class="words"><h3>${inline(when)}</h3><p>${inline(todo)}</p><p class="hint">Reason <code>${reason}</code></p></div>
  ${styles.map((style) => {
    const wording = wordingOf(failure, style)
    return wording
      ? html`<div class="wording ${style.colour}"><p>${styleName(style)}<span class="status bad">${wording.status}</span>
        <a href="#${wording.code}"><code>${wording.code}</code></a></p><p class="message">${wording.message}</p></div>`
      : html`<div class="wording ${style.colour} lacking"><p>${styleName(style)}does not know it.</p></div>`
  })}</li>`
}

/** Every code of a style. */
function codesOf({ contract }: Site, style: Style): readonly string[] {
  const all = (contract['x-failures'] ?? []).flatMap((failure) => wordingOf(failure, style)?.code ?? [])
  return [...new Set(all)].toSorted()
}

function entry({ contract, endpoints, link }: Site, style: Style, code: string): Html {
  const meant = (contract['x-failures'] ?? []).filter((failure) => wordingOf(failure, style)?.code === code)
  const statuses = new Set(meant.map((failure) => wordingOf(failure, style)?.status))
  const users = endpoints.filter(
    (each) => each.style === style && failuresOf(contract, each).some(({ wording }) => wording.code === code),
  )
  return html`<li class="code-entry ${style.colour}" id="${code}"><h3><a href="#${code}"><code>${code}</code></a> ${[...statuses].map((status) => html`<span class="status bad">${status}</span>`)}</h3>
  <ul class="meant">${meant.map(({ reason, when, todo }) => html`<li><a href="#${reason}">${inline(when.replace(/\.$/, ''))}</a>. ${inline(todo)}</li>`)}</ul>
  <p class="by">${
    users.length > 0
      ? users.map(({ id, method, path }) => html`<a href="${link('index', id)}"><code>${method} ${path}</code></a> `)
      : html`<span class="hint">Outside the operations.</span>`
  }</p></li>`
}

/** Where the failures of a style say their code. */
function placeOfCode({ title, failure }: Style): Html | undefined {
  if (failure?.code === undefined) return undefined
  const path = (pointer: string) => html`<code>${pointer.slice(1).replaceAll('/', '.')}</code>`
  return html`${title}: the code is ${path(failure.code)}${
    failure.reason !== undefined && html`, and ${path(failure.reason)} tells apart the situations that have one code`
  }. `
}

/** The answers that operations share, those of all styles with the same name side by side. */
function shapes(site: Site): Html {
  const { styles } = site
  const all = Object.entries(site.contract.components?.responses ?? {}).map(([id, response]) => ({
    id,
    name: id.replace(/^.*\./, ''),
    style: styleOfName(site, id) ?? (styles[0] as Style),
    response: follow(site.contract, response),
  }))
  return html`${[...Map.groupBy(all, ({ name }) => name).values()].map(
    (alike) =>
      html`<section class="pair shapes">${styles.map((style) => {
        const own = alike.find((each) => each.style === style)
        return own ? shape(site, style, own.id, own.response) : html`<div></div>`
      })}</section>`,
  )}`
}

function shape({ contract }: Site, style: Style, id: string, response: Response): Html {
  const media = json(response)
  const examples = examplesOf(contract, media, 'Example')
  return html`<article class="shape-card ${style.colour}" id="${id}">
    <h3><a href="#${id}">${styleName(style)}${titleOf(id)}</a></h3>
    <p>${inline(response.description)}</p>
    ${media?.schema && html`<details class="fold"><summary>Fields</summary>${propertyList(contract, media.schema)}</details>`}
    ${
      examples.length > 0 &&
      html`<details class="fold"><summary>Examples <span class="count">${examples.length}</span></summary>${examples.map(
        ([title, value]) => html`<h4>${inline(title)}</h4>${jsonBlock(value, title)}`,
      )}</details>`
    }</article>`
}

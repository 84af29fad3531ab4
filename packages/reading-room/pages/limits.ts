import { styleName } from '../endpoint.ts'
import { type Html, html } from '../html.ts'
import { inline } from '../markdown.ts'
import { follow, type Header, nameOf, type Schema } from '../openapi.ts'
import type { PageParts, Site } from '../page.ts'
import { boundsOf, isAnyText, typeOf, valueList } from '../schema.ts'

/** A limit that is in force by configuration. */
export interface Setting {
  /** What is limited. */
  readonly title: string
  /** How the limit reads; `{NAME}` stands for the value of that name. */
  readonly words: string
  /** What sets it, by name. */
  readonly values: Readonly<Record<string, { readonly value: number; readonly unit?: 'seconds' | 'bytes' }>>
}

/** Rates and lifetimes, ranges of numbers, lengths of texts. */
export function limitsPage(site: Site, settings: readonly Setting[]): PageParts {
  const sections = [
    { id: 'rates', title: 'Rates and lifetimes', body: rates(site, settings) },
    { id: 'pages', title: 'Pages', body: pageSizes(site) },
    { id: 'values', title: 'Values', body: values(site) },
    { id: 'headers', title: 'Headers of answers', body: headers(site) },
  ].filter(({ body }) => body !== undefined)
  return {
    name: 'limits',
    contents: [{ title: 'On this page', items: sections }],
    body: html`${sections.map(({ id, title, body }) => html`<h2 id="${id}">${title}</h2>${body}`)}
    ${sections.length === 0 && html`<p class="hint">The document names none.</p>`}`,
  }
}

function rates({ asFiles }: Site, settings: readonly Setting[]): Html | undefined {
  if (settings.length === 0) return undefined
  return html`<p class="hint">${asFiles ? 'The defaults; a service can be configured otherwise.' : 'As this service is configured.'} 429 and 503 say in <code>Retry-After</code> how many seconds to wait.</p>
  <div class="scroll" tabindex="0" role="region" aria-label="Rates and lifetimes"><table class="rates"><thead><tr><th scope="col">What</th><th scope="col">Limit</th><th scope="col">Set by</th></tr></thead>
  <tbody>${settings.map((setting) => html`<tr><th scope="row">${setting.title}</th><td>${limitOf(setting)}</td><td><code>${Object.keys(setting.values).join(', ')}</code></td></tr>`)}</tbody></table></div>`
}

function limitOf({ words, values }: Setting): string {
  return words.replace(/\{(\w+)\}/g, (text, name) => {
    const { value, unit } = values[name] ?? {}
    if (value === undefined) return text
    return unit === 'seconds' ? duration(value) : unit === 'bytes' ? `${value / 1024} KiB` : String(value)
  })
}

function pageSizes({ contract, capabilities, link }: Site): Html | undefined {
  const rows = capabilities
    .flatMap(({ endpoints }) => [...endpoints.values()].flat())
    .flatMap((endpoint) =>
      endpoint.parameters.map((parameter) => ({ endpoint, ...parameter, schema: parameter.schema ?? {} })),
    )
    .filter(({ schema }) => follow(contract, schema).type === 'integer')
  if (rows.length === 0) return undefined
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Pages"><table><thead><tr><th scope="col">List</th><th scope="col">Parameter</th><th scope="col">Range</th><th scope="col">Default</th></tr></thead>
  <tbody>${rows.map(
    ({
      endpoint: { id, style, method, path },
      name,
      schema,
    }) => html`<tr class="${style.colour}"><th scope="row"><a href="${link('index', id)}">${styleName(style)}<code>${method} ${path}</code></a></th>
        <td><code>${name}</code></td><td>${boundsOf(contract, schema)}</td><td>${schema.default === undefined ? '—' : String(schema.default)}</td></tr>`,
  )}</tbody></table></div>`
}

/** The scalars that the contract has a name for; what they bound, and where. */
function values(site: Site): Html | undefined {
  const { contract } = site
  const scalars = Object.entries(contract.components?.schemas ?? {}).filter(
    ([, { type }]) => type !== 'object' && type !== undefined,
  )
  if (scalars.length === 0) return undefined
  return html`<ul class="scalars">${scalars.map(([name, schema]) => {
    const used = usesOf(site, name)
    return html`<li id="${name}"><h3><code>${name}</code> <span class="type">${[typeOf(contract, schema), ...boundsOf(contract, schema)].join(', ')}</span></h3>
    ${schema.description && html`<p>${inline(schema.description)}</p>`}
    ${valueList(schema)}
    ${schema.pattern && !isAnyText(schema) && html`<p class="hint">Pattern <code>${schema.pattern}</code></p>`}
    ${used.length > 0 && html`<p class="hint">Used as ${used.map((field, i) => html`${i > 0 && ', '}<code>${field}</code>`)}.</p>`}</li>`
  })}</ul>`
}

/** The names of the properties and parameters whose value this is. */
function usesOf({ contract, endpoints }: Site, name: string): readonly string[] {
  const is = (schema: Schema) =>
    [schema, ...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])].some((each) => nameOf(each) === name)
  const schemas = Object.values(contract.components?.schemas ?? {})
  const properties = schemas.flatMap((schema) => Object.entries(schema.properties ?? {}))
  const parameters = endpoints.flatMap((endpoint) =>
    endpoint.parameters.map((each) => [each.name, each.schema ?? {}] as const),
  )
  return [
    ...new Set([...properties, ...parameters].filter(([, schema]) => is(schema)).map(([field]) => field)),
  ].toSorted()
}

function headers(site: Site): Html | undefined {
  const { contract } = site
  const all = Object.entries(headersOf(site))
  if (all.length === 0) return undefined
  return html`<ul class="scalars">${all.map(([name, { description, schema = {}, required }]) => {
    const own = follow(contract, schema)
    return html`<li id="header-${name}"><h3><code>${name}</code> <span class="type">${[typeOf(contract, own), ...boundsOf(contract, own)].join(', ')}</span>${required && html` <span class="always">always there where declared</span>`}</h3>
    <p>${inline(description ?? own.description ?? '')}</p>
    ${valueList(own)}</li>`
  })}</ul>`
}

/** The shared ones, and those that single answers declare. */
function headersOf({ contract, endpoints }: Site): Readonly<Record<string, Header>> {
  const single = endpoints.flatMap(({ operation }) =>
    Object.values(operation.responses ?? {}).flatMap((response) =>
      Object.entries(follow(contract, response).headers ?? {}),
    ),
  )
  const all = [...single, ...Object.entries(contract.components?.headers ?? {})]
  return Object.fromEntries(all.map(([name, header]) => [name, follow(contract, header)]))
}

function duration(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ] as const
  const [size, unit] = units.find(([each]) => seconds % each === 0) ?? [1, 'second']
  const count = seconds / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

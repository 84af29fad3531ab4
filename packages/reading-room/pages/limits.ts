import { capabilitiesOf, facesOf, styles } from '../capabilities.ts'
import { type Contract, follow, nameOf, type Schema } from '../contract.ts'
import { styleNames } from '../face.ts'
import { type Html, html, inline } from '../html.ts'
import type { PageParts, Site } from '../page.ts'
import { boundsOf, isAnyText, typeOf, valueList } from '../schema.ts'

/** What is in force by configuration, not by the contract. */
export interface Settings {
  /** Seconds. */
  readonly accessTokenTtl: number
  /** Seconds. */
  readonly refreshTokenTtl: number
  readonly rateLimitPerMinute: number
  readonly loginAttempts: number
  readonly loginWindowSeconds: number
  /** Bytes. */
  readonly bodyLimit: number
}

/** Sizes of pages, lengths of fields, rates and lifetimes. */
export function limitsPage(site: Site, settings: Settings): PageParts {
  const sections = [
    { id: 'rates', title: 'Rates and lifetimes', body: rates(site, settings) },
    { id: 'pages', title: 'Pages', body: pageSizes(site) },
    { id: 'values', title: 'Values', body: values(site) },
    { id: 'headers', title: 'Headers of answers', body: headers(site) },
  ]
  return {
    name: 'limits',
    contents: [{ title: 'On this page', items: sections }],
    body: html`${sections.map(({ id, title, body }) => html`<h2 id="${id}">${title}</h2>${body}`)}`,
  }
}

function rates({ asFiles }: Site, settings: Settings): Html {
  const { accessTokenTtl, refreshTokenTtl, rateLimitPerMinute, loginAttempts, loginWindowSeconds, bodyLimit } = settings
  const rows: readonly (readonly [string, string, string])[] = [
    ['Access token', `good for ${duration(accessTokenTtl)}`, 'ACCESS_TOKEN_TTL'],
    ['Refresh token', `good for ${duration(refreshTokenTtl)}, and for one refresh`, 'REFRESH_TOKEN_TTL'],
    [
      'Requests per user',
      rateLimitPerMinute === 0 ? 'no limit' : `${rateLimitPerMinute} a minute, then 429`,
      'RATE_LIMIT_PER_MINUTE',
    ],
    [
      'Failed logins per account and address',
      loginAttempts === 0 ? 'no limit' : `${loginAttempts} in ${duration(loginWindowSeconds)}, then 429`,
      'LOGIN_ATTEMPTS, LOGIN_WINDOW_SECONDS',
    ],
    ['Body of a request', `at most ${bodyLimit / 1024} KiB, then 413`, 'BODY_LIMIT'],
  ]
  return html`<p class="hint">${asFiles ? 'The defaults; a service can be configured otherwise.' : 'As this service is configured.'} 429 and 503 say in <code>Retry-After</code> how many seconds to wait.</p>
  <div class="scroll" tabindex="0" role="region" aria-label="Rates and lifetimes"><table class="rates"><thead><tr><th scope="col">What</th><th scope="col">Limit</th><th scope="col">Set by</th></tr></thead>
  <tbody>${rows.map(([what, limit, name]) => html`<tr><th scope="row">${what}</th><td>${limit}</td><td><code>${name}</code></td></tr>`)}</tbody></table></div>`
}

function pageSizes({ contract, link }: Site): Html {
  const lists = capabilitiesOf(contract).flatMap(({ faces }) => styles.flatMap((style) => faces[style]))
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Pages"><table><thead><tr><th scope="col">List</th><th scope="col">Parameter</th><th scope="col">Range</th><th scope="col">Default</th></tr></thead>
  <tbody>${lists.flatMap((face) =>
    face.parameters
      .filter(({ schema }) => follow(contract, schema).type === 'integer')
      .map(
        ({
          name,
          schema,
        }) => html`<tr class="${face.style}"><th scope="row"><a href="${link('index', face.id)}"><span class="style-name">${styleNames[face.style]}</span> <code>${face.method} ${face.path}</code></a></th>
        <td><code>${name}</code></td><td>${boundsOf(contract, schema)}</td><td>${schema.default === undefined ? '—' : String(schema.default)}</td></tr>`,
      ),
  )}</tbody></table></div>`
}

/** The scalars that the contract has a name for; what they bound, and where. */
function values({ contract }: Site): Html {
  const scalars = Object.entries(contract.components.schemas).filter(
    ([, { type }]) => type !== 'object' && type !== undefined,
  )
  return html`<ul class="scalars">${scalars.map(([name, schema]) => {
    const used = usesOf(contract, name)
    return html`<li id="${name}"><h3><code>${name}</code> <span class="type">${[typeOf(contract, schema), ...boundsOf(contract, schema)].join(', ')}</span></h3>
    ${schema.description && html`<p>${inline(schema.description)}</p>`}
    ${valueList(schema)}
    ${schema.pattern && !isAnyText(schema) && html`<p class="hint">Pattern <code>${schema.pattern}</code></p>`}
    ${used.length > 0 && html`<p class="hint">Used as ${used.map((field, i) => html`${i > 0 && ', '}<code>${field}</code>`)}.</p>`}</li>`
  })}</ul>`
}

/** The names of the properties and parameters whose value this is. */
function usesOf({ components, paths }: Contract, name: string): readonly string[] {
  const is = (schema: Schema) =>
    [schema, ...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])].some((each) => nameOf(each) === name)
  const properties = Object.values(components.schemas).flatMap((schema) => Object.entries(schema.properties ?? {}))
  const parameters = facesOf({ components, paths } as Contract).flatMap((face) =>
    face.parameters.map((each) => [each.name, each.schema] as const),
  )
  return [
    ...new Set([...properties, ...parameters].filter(([, schema]) => is(schema)).map(([field]) => field)),
  ].toSorted()
}

function headers({ contract }: Site): Html {
  return html`<ul class="scalars">${Object.entries(headersOf(contract)).map(
    ([name, { description, schema, required }]) => {
      const own = follow(contract, schema)
      return html`<li id="header-${name}"><h3><code>${name}</code> <span class="type">${[typeOf(contract, own), ...boundsOf(contract, own)].join(', ')}</span>${required && html` <span class="always">always there where declared</span>`}</h3>
    <p>${inline(description ?? own.description ?? '')}</p>
    ${valueList(own)}</li>`
    },
  )}</ul>`
}

/** The shared ones, and those that single answers declare. */
function headersOf(contract: Contract) {
  const single = facesOf(contract).flatMap(({ operation }) =>
    Object.values(operation.responses).flatMap((response) => Object.entries(follow(contract, response).headers ?? {})),
  )
  const followed = single.map(([name, header]) => [name, follow(contract, header)] as const)
  return { ...Object.fromEntries(followed), ...contract.components.headers }
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

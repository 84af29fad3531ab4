import type { Endpoint, Style } from './model.ts'
import { choicesOf, type Document, follow, json, type Media, nameOf, type Schema } from './openapi.ts'
import type { Site } from './page.ts'
import { wordingOf } from './reasons.ts'

/**
 * What can be found: its title, what kind of thing it is, what else is to be said, where it is,
 * other words for it.
 */
export type Entry = readonly [title: string, kind: string, detail: string, href: string, words?: string]

/**
 * Everything that the search of the pages knows: operations, parameters, fields, their values,
 * codes, schemas and pages.
 */
export function searchIndex(site: Site): readonly Entry[] {
  const { contract, endpoints, styles, pages, link } = site
  const { headers = {}, schemas = {} } = contract.components ?? {}
  const all: Entry[] = [
    ...endpoints.map(
      ({ id, method, path, operation: { summary, description = '' } }): Entry => [
        `${method} ${path}`,
        'operation',
        summary === undefined ? id : `${summary}, ${id}`,
        link('index', id),
        description,
      ],
    ),
    ...pages.map(({ name, title, about }): Entry => [title, 'page', about, link(name)]),
    ...site.clients.map(({ id, title, text }): Entry => [title, 'section', 'Clients', link('clients', id), text]),
    ...styles.flatMap((style) => codeEntries(site, style)),
    ...endpoints.flatMap((endpoint) => inputEntries(site, endpoint)),
    ...Object.entries(headers).map(
      ([name, header]): Entry => [
        name,
        'header',
        follow(contract, header).description ?? '',
        link('limits', `header-${name}`),
      ],
    ),
    ...Object.entries(schemas).map(
      ([name, schema]): Entry => [name, 'schema', schema.description ?? '', schemaAddress(site, name, schema)],
    ),
  ]
  const seen = new Set<string>()
  return all.filter(([title, kind, , href]) => {
    const key = `${kind} ${title} ${href}`
    return !seen.has(key) && seen.add(key)
  })
}

function codeEntries({ contract, link }: Site, style: Style): readonly Entry[] {
  return (contract['x-failures'] ?? []).flatMap((failure): Entry[] => {
    const wording = wordingOf(failure, style)
    if (!wording) return []
    const { status, code, message } = wording
    return [[code, 'error code', `${status}: ${failure.when}`, link('errors', code), `${message} ${failure.todo}`]]
  })
}

/** Parameters, fields of bodies and answers, and the values that they may have. */
function inputEntries({ contract, link }: Site, endpoint: Endpoint): readonly Entry[] {
  const { id, method, path, parameters, operation } = endpoint
  const where = `${method} ${path}`
  const href = link('index', id)
  const properties = (media: Media | undefined) => (media?.schema ? propertiesOf(contract, media.schema) : [])
  const body = operation.requestBody && json(follow(contract, operation.requestBody))
  const answers = Object.entries(operation.responses ?? {}).flatMap(([status, response]) =>
    Number(status) < 300 ? properties(json(follow(contract, response))) : [],
  )
  const entries = (all: readonly (readonly [string, Schema])[], kind: string) =>
    all.flatMap(([name, schema]): Entry[] => [
      [name, kind, where, href],
      ...(kind === 'answer field' ? [] : valuesOf(contract, schema)).map(
        (value): Entry => [value, 'value', `${name} of ${where}`, href],
      ),
    ])
  return [
    ...entries(
      parameters.filter((each) => each.in !== 'header').map(({ name, schema = {} }) => [name, schema] as const),
      'parameter',
    ),
    ...entries(properties(body), 'field'),
    ...entries(answers, 'answer field'),
  ]
}

function valuesOf(contract: Document, schema: Schema): readonly string[] {
  return (choicesOf(follow(contract, schema)) ?? []).map(String)
}

/**
 * Every property of a schema, however deep, by its own name; a schema within itself is not entered
 * again.
 */
export function propertiesOf(
  contract: Document,
  given: Schema,
  within: readonly string[] = [],
): readonly (readonly [string, Schema])[] {
  const own = nameOf(given)
  if (own !== undefined && within.includes(own)) return []
  const inside = own === undefined ? within : [...within, own]
  const schema = follow(contract, given)
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) => [
      [name, each] as const,
      ...propertiesOf(contract, each, inside),
    ]),
    ...shapesOf(schema).flatMap((each) => propertiesOf(contract, each, inside)),
  ]
}

/**
 * A scalar stands among the limits, a failure among the errors, anything else at the first
 * operation that uses it.
 */
function schemaAddress({ contract, endpoints, link }: Site, name: string, schema: Schema): string {
  if (schema.type !== undefined && schema.type !== 'object') return link('limits', name)
  const usesIt = (holder: object | undefined) => {
    const media = holder && json(follow<{ content?: Record<string, Media> }>(contract, holder))
    return media?.schema !== undefined && schemasIn(contract, media.schema).has(name)
  }
  const answer = Object.entries(contract.components?.responses ?? {}).find(([, response]) => usesIt(response))
  if (answer) return link('errors', answer[0])
  const user = endpoints.find(({ operation: { requestBody, responses = {} } }) =>
    [requestBody, ...Object.values(responses)].some(usesIt),
  )
  return user ? link('index', user.id) : link('index')
}

/** The names of all schemas that a schema is made of. */
function schemasIn(contract: Document, given: Schema, found = new Set<string>()): ReadonlySet<string> {
  const name = nameOf(given)
  if (name !== undefined && found.has(name)) return found
  if (name !== undefined) found.add(name)
  const schema = follow(contract, given)
  for (const each of [...Object.values(schema.properties ?? {}), ...shapesOf(schema)]) schemasIn(contract, each, found)
  return found
}

function shapesOf({ oneOf = [], anyOf = [], items }: Schema): readonly Schema[] {
  return [...oneOf, ...anyOf, ...(items ? [items] : [])]
}

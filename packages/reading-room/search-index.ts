import { type Face, facesOf, type Style } from './capabilities.ts'
import { type Contract, choicesOf, follow, json, nameOf, type Response, type Schema } from './contract.ts'
import { type PageName, pages, type Site } from './page.ts'

/** What can be found: its title, what kind of thing it is, what else is to be said, where it is, other words for it. */
export type Entry = readonly [title: string, kind: string, detail: string, href: string, words?: string]

/** Everything that the search of the pages knows: operations, parameters, fields, their values, codes, schemas and pages. */
export function searchIndex(site: Site): readonly Entry[] {
  const { contract, link } = site
  const faces = facesOf(contract)
  const all: Entry[] = [
    ...faces.map(
      (face): Entry => [
        `${face.method} ${face.path}`,
        'operation',
        `${face.operation.summary}, ${face.id}`,
        link('index', face.id),
        face.operation.description ?? '',
      ],
    ),
    ...pages.map(({ name, title, about }): Entry => [title, 'page', about, link(name)]),
    ...(['rpc', 'rest'] as const).flatMap((style) => codeEntries(site, style)),
    ...faces.flatMap((face) => inputEntries(site, face)),
    ...Object.entries(contract.components.headers).map(
      ([name, { description = '' }]): Entry => [name, 'header', description, link('limits', `header-${name}`)],
    ),
    ...Object.entries(contract.components.schemas).map(
      ([name, schema]): Entry => [name, 'schema', schema.description ?? '', schemaAddress(site, faces, name, schema)],
    ),
  ]
  const seen = new Set<string>()
  return all.filter(([title, kind, , href]) => {
    const key = `${kind} ${title} ${href}`
    return !seen.has(key) && seen.add(key)
  })
}

function codeEntries({ contract, link }: Site, style: Style): readonly Entry[] {
  return contract['x-failures'].flatMap(({ when, todo, [style]: wording }): Entry[] =>
    wording
      ? [
          [
            wording.code,
            'error code',
            `${wording.status}: ${when}`,
            link('errors', wording.code),
            `${wording.message} ${todo}`,
          ],
        ]
      : [],
  )
}

/** Parameters, fields of bodies and answers, and the values that they may have. */
function inputEntries({ contract, link }: Site, face: Face): readonly Entry[] {
  const where = `${face.method} ${face.path}`
  const href = link('index', face.id)
  const parameters = face.parameters.filter((each) => each.in !== 'header')
  const body = json(face.operation.requestBody)
  const answers = Object.entries(face.operation.responses).flatMap(([status, response]) => {
    const media = Number(status) < 300 ? json(follow<Response>(contract, response)) : undefined
    return media ? propertiesOf(contract, media.schema) : []
  })
  const entries = (all: readonly (readonly [string, Schema])[], kind: string) =>
    all.flatMap(([name, schema]): Entry[] => [
      [name, kind, where, href],
      ...(kind === 'answer field' ? [] : valuesOf(contract, schema)).map(
        (value): Entry => [value, 'value', `${name} of ${where}`, href],
      ),
    ])
  return [
    ...entries(
      parameters.map((each) => [each.name, each.schema] as const),
      'parameter',
    ),
    ...(body ? entries(propertiesOf(contract, body.schema), 'field') : []),
    ...entries(answers, 'answer field'),
  ]
}

function valuesOf(contract: Contract, schema: Schema): readonly string[] {
  return (choicesOf(follow(contract, schema)) ?? []).map(String)
}

/** Every property of a schema, however deep, by its own name. */
export function propertiesOf(contract: Contract, given: Schema): readonly (readonly [string, Schema])[] {
  const schema = follow(contract, given)
  const deeper = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])]
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) => [
      [name, each] as const,
      ...propertiesOf(contract, each),
    ]),
    ...deeper.flatMap((each) => propertiesOf(contract, each)),
  ]
}

/** A scalar stands among the limits, a failure among the errors, anything else at the first operation that uses it. */
function schemaAddress({ contract, link }: Site, faces: readonly Face[], name: string, schema: Schema): string {
  const at = (page: PageName, anchor: string) => link(page, anchor)
  if (schema.type !== undefined && schema.type !== 'object') return at('limits', name)
  const answer = Object.entries(contract.components.responses).find(([, response]) =>
    uses(contract, json(response)?.schema, name),
  )
  if (answer) return at('errors', answer[0])
  const face = faces.find(({ operation }) =>
    [
      json(operation.requestBody),
      ...Object.values(operation.responses).map((each) => json(follow<Response>(contract, each))),
    ].some((media) => uses(contract, media?.schema, name)),
  )
  return face ? at('index', face.id) : link('index')
}

function uses(contract: Contract, schema: Schema | undefined, name: string): boolean {
  if (!schema) return false
  if (nameOf(schema) === name) return true
  const inner = nameOf(schema) ? follow(contract, schema) : schema
  return [
    ...Object.values(inner.properties ?? {}),
    ...(inner.oneOf ?? []),
    ...(inner.anyOf ?? []),
    ...(inner.items ? [inner.items] : []),
  ].some((each) => uses(contract, each, name))
}

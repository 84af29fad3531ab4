import { createAnchors, slug } from './anchors.ts'
import { type Document, follow, methods, type OperationObject, type Parameter, type StyleFacts } from './openapi.ts'

/** A way in which the same things are offered: naming, ids, language, shape of failures. */
export interface Style extends StyleFacts {
  readonly name: string
  /** As it is shown; empty where a document has one style and no name for it. */
  readonly title: string
  /** `style-1`, `style-2`, …: its colour, everywhere the same. */
  readonly colour: string
}

/** One operation, as the document has it. */
export interface Endpoint {
  readonly id: string
  readonly style: Style
  readonly method: string
  readonly path: string
  readonly operation: OperationObject
  readonly parameters: readonly Parameter[]
  readonly needsToken: boolean
  /** The roles that may call; undefined: the document does not say. */
  readonly roles: readonly string[] | undefined
}

/**
 * One thing that can be done, with its endpoints in each style: mostly one each, sometimes several
 * or none.
 */
export interface Capability {
  /** Its anchor in the reference. */
  readonly id: string
  readonly title: string
  readonly group: string
  readonly endpoints: ReadonlyMap<Style, readonly Endpoint[]>
}

/** What the pages are made of, read from the document once. */
export interface Model {
  readonly contract: Document
  readonly styles: readonly Style[]
  /** In the order of the styles. */
  readonly endpoints: readonly Endpoint[]
  /** In the order in which a client meets them. */
  readonly capabilities: readonly Capability[]
  /** The least first. */
  readonly roles: readonly string[]
}

/** As many as there are colours for. */
const mostStyles = 4

/**
 * @throws Error when the document has more styles than there are colours, or a reference that
 *   leads nowhere
 */
export function readModel(contract: Document): Model {
  const styles = stylesOf(contract)
  const endpoints = endpointsOf(contract, styles)
  return {
    contract,
    styles,
    endpoints,
    capabilities: capabilitiesOf(contract, styles, endpoints),
    roles: rolesOf(contract),
  }
}

function operationsOf({ paths = {} }: Document) {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([key, operation]) => {
      const method = methods.find((each) => each === key)
      return method
        ? [{ path, method, operation: operation as OperationObject, parameters: item.parameters ?? [] }]
        : []
    }),
  )
}

function stylesOf(contract: Document): readonly Style[] {
  const declared = contract['x-styles'] ?? {}
  const used = operationsOf(contract).flatMap(({ operation }) => operation['x-style'] ?? [])
  const names = [...new Set([...Object.keys(declared), ...used])]
  if (names.length > mostStyles) throw new Error(`${names.length} styles are more than ${mostStyles}`)
  const found = names.map((name) => ({ title: name, ...declared[name], name }))
  return (found.length > 0 ? found : [{ name: 'api', title: '' }]).map((style, i) => ({
    ...style,
    colour: `style-${i + 1}`,
  }))
}

function endpointsOf(contract: Document, styles: readonly Style[]): readonly Endpoint[] {
  const endpoints = operationsOf(contract).map(({ path, method, operation, parameters }): Endpoint => {
    const security = operation.security ?? contract.security ?? []
    const own = (operation.parameters ?? []).map((each) => follow(contract, each))
    const shared = parameters
      .map((each) => follow(contract, each))
      .filter(({ name, in: place }) => !own.some((each) => each.name === name && each.in === place))
    return {
      id: operation.operationId ?? `${method}-${slug(path)}`,
      style: styles.find(({ name }) => name === operation['x-style']) ?? (styles[0] as Style),
      method: method.toUpperCase(),
      path,
      operation,
      parameters: [...shared, ...own],
      needsToken: security.length > 0 && security.every((each) => Object.keys(each).length > 0),
      roles: operation['x-roles'],
    }
  })
  return endpoints.sort((a, b) => styles.indexOf(a.style) - styles.indexOf(b.style))
}

function capabilitiesOf(
  contract: Document,
  styles: readonly Style[],
  endpoints: readonly Endpoint[],
): readonly Capability[] {
  const groups = groupsOf(contract)
  const paired = new Set<Endpoint>()
  const anchorOf = createAnchors(endpoints.map(({ id }) => id))
  // Each stands once, also where it is the twin of several.
  const leaders = endpoints.flatMap((leader) => {
    if (paired.has(leader)) return []
    const members = [leader, ...twinsOf(leader).filter((twin) => !paired.has(twin))]
    for (const member of members) paired.add(member)
    return [{ leader, members }]
  })
  const order = contract['x-operation-order'] ?? []
  const rank = ({ id }: Endpoint) => (order.includes(id) ? order.indexOf(id) : order.length)
  const sorted = leaders.toSorted(
    ({ leader: a }, { leader: b }) => groups.rank(a) - groups.rank(b) || rank(a) - rank(b),
  )
  return sorted.map(({ leader, members }) => {
    const title = (leader.operation.summary ?? leader.id).replace(/\.$/, '')
    const of = (style: Style) => members.filter((each) => each.style === style)
    return {
      id: anchorOf(title),
      title,
      group: groups.of(leader),
      endpoints: new Map(styles.map((style) => [style, of(style)])),
    }
  })

  /** Of the styles that follow, those of the twins among them. */
  function twinsOf(leader: Endpoint): readonly Endpoint[] {
    const found = new Set([leader])
    for (const { operation } of found)
      for (const id of operation['x-twin'] ?? []) {
        const twin = endpoints.find((each) => each.id === id)
        if (twin && styles.indexOf(twin.style) > styles.indexOf(leader.style)) found.add(twin)
      }
    found.delete(leader)
    return [...found]
  }
}

/**
 * Operations are grouped by `x-tagGroups`, else by their first tag, in the order in which the
 * document has them.
 */
function groupsOf({ tags = [], 'x-tagGroups': given }: Document) {
  const groups = given ?? tags.map(({ name }) => ({ name, tags: [name] }))
  const find = ({ operation }: Endpoint) => groups.findIndex((group) => group.tags.includes(operation.tags?.[0] ?? ''))
  return {
    of: (endpoint: Endpoint) => groups[find(endpoint)]?.name ?? endpoint.operation.tags?.[0] ?? 'Operations',
    rank: (endpoint: Endpoint) => (find(endpoint) < 0 ? groups.length : find(endpoint)),
  }
}

/**
 * In the order of the schema that lists them, which names the mightiest first; else as they are
 * met.
 */
function rolesOf(contract: Document): readonly string[] {
  const used = [...new Set(operationsOf(contract).flatMap(({ operation }) => operation['x-roles'] ?? []))]
  return rolesSchemaOf(contract, used)?.enum?.map(String).toReversed() ?? used
}

/** The schema whose values are the roles. */
export function rolesSchemaOf(contract: Document, roles: readonly string[]) {
  const schemas = Object.values(contract.components?.schemas ?? {})
  return roles.length === 0 ? undefined : schemas.find((schema) => roles.every((role) => schema.enum?.includes(role)))
}

/**
 * The style of something that is named like its operations: `Rpc.NotFound` like `Rpc.Users.list`.
 */
export function styleOfName({ styles }: Model, name: string): Style | undefined {
  return styles.find(({ namespace }) => namespace !== undefined && name.startsWith(`${namespace}.`))
}

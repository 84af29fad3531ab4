import { compareAnswer, compareAnswers } from './answers.ts'
import { type Comparison, compareRest, type Difference, quoted, sortOut } from './comparison.ts'
import { compareErrorCodes, compareFailureReasons, compareFailures } from './failures.ts'
import { type Contract, isPart, openContract, type Part, prose } from './references.ts'
import { compareBody, compareCallers, compareParameters } from './requests.ts'
import { compareStyles } from './styles.ts'

/**
 * Every difference between two OpenAPI 3.1 documents, in the order of the places where they are,
 * each classified as breaking or not. Throws ComparisonError where the documents cannot be
 * compared.
 */
export function compareContracts(released: unknown, current: unknown): Difference[] {
  const contracts = { released: openContract(released), current: openContract(current) }
  const differences: Difference[] = []
  const about = (operation: string): Comparison => ({
    ...contracts,
    tell: (place, rule, breaking, words) =>
      differences.push({ at: `${operation} ${place}`, operation, breaking, rule, words }),
  })
  compareService(about('Contract'))
  compareFailures(about('Contract'))
  compareStyles(about('Contract'))
  compareOperations(about, contracts.released, contracts.current)
  compareComponents(about)
  return differences.sort((a, b) => Number(b.breaking) - Number(a.breaking) || (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

/** The operationIds of a contract. */
export function operationIdsOf(document: unknown): string[] {
  const operations = operationsOf(openContract(document))
  return Object.keys(operations).map((where) => nameOf(operations, where))
}

function compareService(comparison: Comparison): void {
  const [before, after] = [comparison.released.root, comparison.current.root]
  const servers = sortOut(serversOf(before), serversOf(after))
  for (const url of servers.gone)
    comparison.tell('servers', 'server-removed', true, `the server ${quoted(url)} is gone`)
  for (const url of servers.added) comparison.tell('servers', 'server-added', false, `the server ${quoted(url)} is new`)
  for (const url of servers.kept)
    compareRest(
      comparison,
      `server ${url}`,
      serversOf(before)[url] as Part,
      serversOf(after)[url] as Part,
      [],
      ['x-internal'],
    )
  // The version is judged apart; what holds for an operation is told there (paths, security), or
  // with its component.
  compareRest(
    comparison,
    'info',
    read(before.info),
    read(after.info),
    ['version'],
    ['contact', 'license', 'termsOfService'],
  )
  const judged = ['info', 'paths', 'components', 'servers', 'security', 'x-failures', 'x-styles']
  compareRest(comparison, 'document', before, after, judged, ['tags'])
}

function compareOperations(about: (operation: string) => Comparison, released: Contract, current: Contract): void {
  const [before, after] = [operationsOf(released), operationsOf(current)]
  const { gone, added, kept } = sortOut(before, after)
  for (const where of gone)
    about(nameOf(before, where)).tell(`operation ${where}`, 'operation-removed', true, 'is gone')
  for (const where of added) about(nameOf(after, where)).tell(`operation ${where}`, 'operation-added', false, 'is new')
  for (const where of kept) {
    const [was, is] = [before[where], after[where]] as [Operation, Operation]
    const comparison = about(nameOf(before, where))
    // Generated clients call their functions by it.
    if (was.operation.operationId !== is.operation.operationId)
      comparison.tell('operationId', 'operation-renamed', true, `is now called ${quoted(is.operation.operationId)}`)
    compareCallers(comparison, was.operation, is.operation)
    compareParameters(comparison, [was.path, was.operation], [is.path, is.operation])
    compareBody(comparison, was.operation.requestBody, is.operation.requestBody)
    compareAnswers(comparison, was.operation, is.operation)
    compareErrorCodes(comparison, was.operation, is.operation)
    compareFailureReasons(comparison, was.operation, is.operation)
    compareRest(comparison, 'description', was.operation, is.operation, judgedOfOperation, [
      'tags',
      'x-twin',
      'x-twin-fields',
    ])
    compareRest(comparison, 'path', was.path, is.path, [...methods, 'parameters'])
  }
}

/**
 * What components hold that no operation leads to: security schemes, and the answers to requests
 * that are none of the operations'.
 */
function compareComponents(about: (operation: string) => Comparison): void {
  const comparison = about('Contract')
  const [before, after] = [componentsOf(comparison.released), componentsOf(comparison.current)]
  const { gone, added, kept } = sortOut(before, after)
  const apart = (name: string) => !before[name]?.reached || !after[name]?.reached
  for (const name of gone.filter((name) => !before[name]?.reached))
    comparison.tell(name, 'component-removed', true, 'is gone')
  for (const name of added.filter((name) => !after[name]?.reached))
    comparison.tell(name, 'component-added', false, 'is new')
  for (const name of kept.filter(apart)) {
    const [was, is] = [before[name]?.node, after[name]?.node]
    if (name.startsWith('responses ')) compareAnswer(about('Other paths'), name.replace('responses', 'answer'), was, is)
    else if (name.startsWith('securitySchemes ')) compareScheme(comparison, name, read(was), read(is))
    else compareRest(comparison, name, read(was), read(is), [])
  }
}

/** How a token is sent: a client that goes on as before is no longer let in. */
function compareScheme(comparison: Comparison, place: string, released: Part, current: Part): void {
  const keys = Object.keys({ ...released, ...current }).filter((key) => !isSchemeProse(key))
  // The name of a scheme is read without regard to case (RFC 9110, 11.1).
  const said = (contract: Contract, scheme: Part, key: string) =>
    key === 'scheme' ? String(scheme[key]).toLowerCase() : contract.text(scheme[key])
  const changed = keys.filter(
    (key) => said(comparison.released, released, key) !== said(comparison.current, current, key),
  )
  for (const key of changed) comparison.tell(place, 'security-scheme-changed', true, `its ${quoted(key)} is another`)
  compareRest(comparison, place, released, current, keys, ['bearerFormat'])
}

// A hint for people, says OpenAPI 3.1 (Security Scheme Object).
const isSchemeProse = (key: string) => prose.has(key) || key === 'bearerFormat'

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']
const judgedOfOperation = [
  ...[
    'operationId',
    'security',
    'x-roles',
    'x-accepts-expired-token',
    'parameters',
    'requestBody',
    'responses',
    'x-error-codes',
    'x-failure-reasons',
  ],
]

interface Operation {
  path: Part
  operation: Part
}

function operationsOf(contract: Contract): Record<string, Operation> {
  const found: Record<string, Operation> = {}
  for (const [template, node] of Object.entries(read(contract.root.paths))) {
    const path = contract.read(node)
    for (const method of methods.filter((method) => isPart(path[method])))
      found[`${method.toUpperCase()} ${template}`] = { path, operation: path[method] as Part }
  }
  return found
}

function nameOf(operations: Record<string, Operation>, where: string): string {
  return String(operations[where]?.operation.operationId ?? where)
}

function serversOf({ servers }: Part): Record<string, Part> {
  const all = Array.isArray(servers) ? servers.filter(isPart) : []
  return Object.fromEntries(all.map((server) => [String(server.url), server]))
}

interface Component {
  node: unknown
  /** Whether it is compared where it is used. */
  reached: boolean
}

/** Components by kind and name. */
function componentsOf({ root, reached }: Contract): Record<string, Component> {
  const fromPaths = reached(root.paths)
  const fromAnswers = reached([root.paths, read(root.components).responses])
  const all = Object.entries(read(root.components)).flatMap(([kind, components]) =>
    Object.entries(read(components)).map(([name, node]): [string, Component] => [
      `${kind} ${name}`,
      { node, reached: (kind === 'responses' ? fromPaths : fromAnswers).has(`#/components/${kind}/${name}`) },
    ]),
  )
  return Object.fromEntries(all)
}

const read = (node: unknown): Part => (isPart(node) ? node : {})

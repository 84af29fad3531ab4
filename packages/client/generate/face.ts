import type { ContractDocument, Parameter, StyleFacts } from '../../../contract/document.ts'
import { dotted, lineOf } from './line.ts'
import { dataOf, type Method, methodsOf, propertyIn } from './methods.ts'
import { alias, call, comment, property, quote, union, variable } from './text.ts'
import { createTypes, type Member, type Schema, type Types } from './types.ts'
import { wordsOfMethod } from './words.ts'

/** A file that is made, with what it needs of the file that styles share. */
export interface Face {
  readonly text: string
  readonly shared: Types['shared']
}

/** What the core gives. */
const ofCore = ['Call', 'CallOptions', 'Janus', 'List', 'face']

/** The parts of a failure that the client reads, in the order in which `face` reads them. */
const parts = ['message', 'code', 'reason', 'problems'] as const

/**
 * The face of a style: an interface of its methods, the types of what they take and give, and, for
 * the run time, a line for each.
 */
export function faceOf(document: ContractDocument, style: string): Face {
  const facts = document['x-styles'][style] as StyleFacts
  const methods = methodsOf(document, style)
  const types = createTypes(document, facts.namespace)
  const name = variable(style)
  for (const each of [...ofCore, facts.namespace, name, 'failure', 'operations'])
    types.take(each, `the client's ${each}`)
  const face = groups(methods, 'readonly ', '', (method) => signature(document, types, method, '    '))
  const queries = methods.filter(({ query }) => query.length > 0).map((method) => queryOf(types, method))
  const codes = methods.map((method) => codesOf(types, method))
  const failure = parts.map((part) => (facts.failure[part] ? dotted(facts.failure[part]) : '-')).join(' ')
  const imports = [...types.shared.keys()].toSorted().join(', ')
  const core = ['Call', 'CallOptions', 'Janus', ...(methods.some(isList) ? ['List'] : [])].join(', ')
  const text = [
    `${[
      '/* Made by npm run generate; never edited. */',
      "import { face } from '../face.ts'",
      `import type { ${core} } from '../types.ts'`,
      ...(imports ? [`import type { ${imports} } from './common.ts'`] : []),
    ].join('\n')}\n`,
    `${comment([`The operations of the service in the ${facts.title} style.`])}export interface ${facts.namespace} ${face}\n`,
    `${comment([`The ${facts.title} face of a session; of one session there can be many.`])}` +
      `export const ${name} = (janus: Janus): ${facts.namespace} =>\n` +
      `  face(janus, ${quote(style)}, failure, operations) as unknown as ${facts.namespace}\n`,
    `${comment([`Where the body of a failure has its ${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}.`])}` +
      `const failure = ${quote(failure)}\n`,
    `const operations = ${groups(methods, '', ',', (method) => `    ${nameOf(method)}: ${quote(lineOf(method))},\n`)}\n`,
    ...types.declarations(),
    ...queries,
    ...codes,
  ]
  return { text: text.join('\n'), shared: types.shared }
}

/** The methods in the groups that they are in. */
function groups(methods: readonly Method[], before: string, after: string, write: (method: Method) => string): string {
  const all = Map.groupBy(methods, ({ names }) => names[0])
  const lines = [...all].map(
    ([group, within]) => `  ${before}${property(group)}: {\n${within.map(write).join('')}  }${after}\n`,
  )
  return `{\n${lines.join('')}}`
}

function nameOf({ names }: Method): string {
  return property(names[1])
}

function isList({ operation }: Method): boolean {
  return operation['x-pagination'] !== undefined
}

function signature(document: ContractDocument, types: Types, method: Method, indent: string): string {
  const { body, positional, query, answers } = method
  const raw = union(answers.map(({ schema }) => (schema ? types.typeOf(schema, 'answered', indent) : 'void')))
  const codes = codesName(method)
  const parameters = [
    ...positional.map(({ name, schema }) => `${variable(name)}: ${types.typeOf(schema as Schema, 'sent', indent)}`),
    ...(query.length > 0
      ? [body?.required ? `query: ${queryName(method)} | undefined` : `query?: ${queryName(method)}`]
      : []),
    ...(body ? [`body${body.required ? '' : '?'}: ${types.typeOf(body.schema, 'sent', indent)}`] : []),
    'options?: CallOptions',
  ]
  const [data, ...others] = isList(method)
    ? [itemOf(document, types, method), codes, raw]
    : [dataType(document, types, method, raw), codes, raw]
  const result = [data, ...others.filter((each) => each !== data)].join(', ')
  const tail = `: ${isList(method) ? 'List' : 'Call'}<${result}>`
  return `${comment(wordsOfMethod(document, method), indent)}${call(nameOf(method), parameters, tail, indent)}\n`
}

function dataType(document: ContractDocument, types: Types, method: Method, raw: string): string {
  const [schema] = method.answers.flatMap(({ schema }) => schema ?? [])
  if (method.pick === '-' || !schema) return 'void'
  return method.pick === '*' ? raw : types.typeOf(dataOf(document, method, schema), 'answered')
}

function itemOf(document: ContractDocument, types: Types, { operation, answers }: Method): string {
  const { items = '' } = operation['x-pagination'] ?? {}
  const found = propertyIn(document, answers[0]?.schema ?? {}, items)
  if (!found.items) throw new Error(`${operation.operationId} has no list at ${items}`)
  return types.typeOf(found.items, 'answered')
}

function queryName({ typeName }: Method): string {
  return `${typeName}Query`
}

function queryOf(types: Types, method: Method): string {
  const name = types.take(queryName(method), `the query of ${method.operation.operationId}`)
  const said = `What \`${method.names.join('.')}\` can be asked for.`
  return types.interfaceOf(name, method.query.map(asMember), 'sent', said)
}

function asMember({ name, schema, required = false, description, deprecated }: Parameter): Member {
  return { name, schema: schema as Schema, required, description, deprecated }
}

export function codesName({ typeName }: Pick<Method, 'typeName'>): string {
  return `${typeName}Code`
}

function codesOf(types: Types, method: Method): string {
  const name = types.take(codesName(method), `the codes of ${method.operation.operationId}`)
  const codes = method.operation['x-error-codes'].map(quote)
  return `${comment([`The codes that \`${method.names.join('.')}\` can fail with.`])}${alias(name, codes.length > 0 ? codes : ['never'])}`
}

/**
 * `npm run generate`: spec/*.tsp -> generated/openapi.json, openapi.yaml, api.ts.
 *
 * Between the compiler's output and what is checked in stand normalisations, none of which decides anything about the wire:
 *  - `unevaluatedProperties: {not: {}}` becomes `additionalProperties: false`, the only spelling that Ajv's default dialect and openapi-typescript both read;
 *  - what is answered is left open, since clients leave alone what they do not know; what is sent stays closed;
 *  - an enumeration of one value becomes a `const`, of a number an integer: TypeSpec has no word for either;
 *  - an operation that asks for no token says `security: []`, and the scheme is `bearer`: what most generators look for;
 *  - headers and failures that are the same everywhere are written once, under `components`;
 *  - the failures of no operation (no such path, no such method, no request that could be read) get a response of their own there;
 *  - an enumeration shows its first value as an example; every failure has one, and every operation its codes, from the table of failures (failures.ts);
 *  - parameters that operations share lose the examples of one of them: their type has its own;
 *  - the server is said to be for everybody who can reach it, for which TypeSpec has no word.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import { stringify } from 'yaml'
import { type Document, type Json, type Node, operationsOf, type Response } from './generate/document.ts'
import { writeFailures } from './generate/failures.ts'
import { failuresModule, takeWords } from './generate/words.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const generated = new URL('../generated/', import.meta.url)

const compiler = `${root}node_modules/@typespec/compiler/cmd/tsp.js`
const { status } = spawnSync(process.execPath, [compiler, 'compile', `${root}spec/main.tsp`], {
  cwd: root,
  stdio: 'inherit',
})
if (status !== 0) throw new Error('spec/ does not compile; the compiler says why, above.')
const document = normalise(
  JSON.parse(readFileSync(new URL('openapi.json', generated), 'utf8')),
  '#',
) as unknown as Document
const words = takeWords(document)
openAnswers(document)
shareResponses(document)
for (const parameter of Object.values(document.components.parameters)) delete parameter.examples
// The compiler says it of the parameter and of its type.
for (const { parameters = [] } of operationsOf(document))
  for (const parameter of parameters) delete parameter['x-failure-reason']
for (const server of document.servers) server['x-internal'] = false
writeFailures(document)
dropUnused(document)
writeFileSync(new URL('openapi.json', generated), `${JSON.stringify(document, null, 2)}\n`)
writeFileSync(new URL('failures.ts', generated), failuresModule(words, document))
writeFileSync(new URL('openapi.yaml', generated), stringify(document, { aliasDuplicateObjects: false }))
const types = await openapiTS(JSON.stringify(document), {
  // A property with a default may be left out of a request.
  defaultNonNullable: false,
  alphabetize: true,
})
writeFileSync(new URL('api.ts', generated), `/* Made by npm run generate; never edited. */\n${astToString(types)}`)

/** Throws where closing a schema would forbid what a composition allows: spread models instead of extending them. */
function normalise(value: Json, at: string): Json {
  if (Array.isArray(value)) return value.map((item, index) => normalise(item, `${at}/${index}`))
  if (value === null || typeof value !== 'object') return value
  const out: Node = {}
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'example' || key === 'examples') out[key] = inner
    else if (key === 'unevaluatedProperties') {
      if (['allOf', 'anyOf', 'oneOf'].some((composed) => composed in value))
        throw new Error(`${at}: a closed schema cannot be composed; spread the models instead`)
      if (JSON.stringify(inner) !== '{"not":{}}') throw new Error(`${at}: a schema that is not closed`)
      out.additionalProperties = false
    } else if (key === 'security' && JSON.stringify(inner) === '[{}]') out[key] = []
    else if (key === 'scheme' && value.type === 'http') out[key] = String(inner).toLowerCase()
    else out[key] = normalise(inner, `${at}/${key}`)
  }
  if (Array.isArray(out.enum) && !('examples' in out)) out.examples = [out.enum[0] as Json]
  return Array.isArray(out.enum) && out.enum.length === 1 ? constant(out as Node & { enum: Json[] }) : out
}

function constant({ enum: [value = null], type, ...others }: Node & { enum: Json[] }): Node {
  return { type: Number.isInteger(value) ? 'integer' : (type ?? 'string'), const: value, ...others }
}

/** Throws where a schema is both sent and answered: it would have to be closed and open. Write it as two. */
function openAnswers({ paths, components }: Document): void {
  const operations = operationsOf({ paths })
  const sent = schemasIn(operations.map(({ requestBody }) => requestBody ?? null))
  const both = schemasIn(operations.map(({ responses }) => responses as unknown as Json)).intersection(sent)
  for (const [name, schema] of Object.entries(components.schemas).filter(([name]) => !sent.has(name) || both.has(name)))
    if (open(schema) && both.has(name)) throw new Error(`${name} is both sent and answered`)

  function schemasIn(node: Json, found = new Set<string>()): Set<string> {
    const names = [...JSON.stringify(node).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) =>
      String(name),
    )
    for (const name of names.filter((name) => !found.has(name))) {
      found.add(name)
      schemasIn(components.schemas[name] ?? null, found)
    }
    return found
  }
}

/** Whether there was something to open. */
function open(schema: Json): boolean {
  if (schema === null || typeof schema !== 'object') return false
  const within = Object.values(schema).map(open)
  if (Array.isArray(schema) || schema.additionalProperties !== false) return within.includes(true)
  return delete schema.additionalProperties
}

function shareResponses({ paths, components }: Document): void {
  const headers: Record<string, Json> = {}
  const responses: Record<string, Response> = {}
  for (const operation of operationsOf({ paths })) {
    for (const [status, response] of Object.entries(operation.responses)) {
      if ('$ref' in response) continue
      for (const [name, header] of Object.entries(response.headers)) {
        // Differs from style to style, and each has it once.
        if (name === 'Location') continue
        if (headers[name] && JSON.stringify(headers[name]) !== JSON.stringify(header))
          throw new Error(`the header ${name} is described in two ways`)
        headers[name] = header
        response.headers[name] = { $ref: `#/components/headers/${name}` }
      }
      if (Number(status) < 400) {
        response.description = Number(status) === 201 ? 'Done; `Location` is where the new user can be read.' : 'Done.'
        continue
      }
      const schema = response.content['application/json'].schema.$ref.split('/').at(-1) as string
      const shared = schema.replace(/Failure$/, '')
      response.description = String(components.schemas[schema]?.description)
      if (responses[shared] && JSON.stringify(responses[shared]) !== JSON.stringify(response))
        throw new Error(`the failure ${shared} is described in two ways`)
      responses[shared] = response
      operation.responses[status] = { $ref: `#/components/responses/${shared}` }
    }
  }
  headers.Allow = {
    required: true,
    description: 'The methods that the path has.',
    schema: { type: 'string', pattern: '^[A-Z]+(, [A-Z]+)*$', maxLength: 100 },
  }
  for (const style of ['Rpc', 'Rest']) {
    const always = Object.entries((responses[`${style}.PayloadTooLarge`] as Response).headers).filter(
      ([name]) => !name.startsWith('X-RateLimit'),
    )
    for (const failure of ['NoSuchPath', 'MethodNotAllowed']) {
      const schema = `${style}.${failure}Failure`
      responses[`${style}.${failure}`] = {
        description: String(components.schemas[schema]?.description),
        headers: {
          ...Object.fromEntries(always),
          ...(failure === 'MethodNotAllowed' && { Allow: { $ref: '#/components/headers/Allow' } }),
        },
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
      }
    }
  }
  // What the HTTP server refuses before there is a request to speak of, and so no style and no language.
  const early = [
    'X-Request-Id',
    'API-Version',
    'X-Content-Type-Options',
    'Cache-Control',
    'Content-Language',
    'Access-Control-Allow-Origin',
  ]
  for (const failure of ['MalformedRequest', 'RequestTimeout', 'HeadersTooLarge']) {
    const schema = `Rpc.${failure}Failure`
    responses[`Rpc.${failure}`] = {
      description: String(components.schemas[schema]?.description),
      headers: Object.fromEntries(early.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
      content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
    }
  }
  components.headers = sorted(headers)
  components.responses = sorted(responses)
}

/** Models of headers reach the output as if they were bodies; nothing refers to them. */
function dropUnused(document: Document): void {
  for (;;) {
    const text = JSON.stringify(document)
    const unused = Object.keys(document.components.schemas).filter(
      (name) => !text.includes(`"#/components/schemas/${name}"`),
    )
    if (unused.length === 0) return
    for (const name of unused) delete document.components.schemas[name]
  }
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}

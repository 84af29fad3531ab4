import type { Endpoint } from './model.ts'
import { type Document, exampleOf, follow, json, type Parameter } from './openapi.ts'

/**
 * The address that samples name where none is configured; in the browser the pages put that of the
 * service in its place.
 */
export const sampleAddress = 'http://127.0.0.1:6006'

export type Language = 'curl' | 'JavaScript' | 'Python'

/** Samples in a further language, or with a client. */
export interface GivenSamples {
  /** The name of their tab. */
  readonly title: string
  /** By the id of the operation. Each names `http://127.0.0.1:6006` for the service. */
  readonly byOperation: Readonly<Record<string, string>>
}

/** A text that names the service by the address of samples, with the one that is configured. */
export function addressed(text: string, address = sampleAddress): string {
  return text.replaceAll(sampleAddress, address)
}

/**
 * One call of the operation in each language. The token is taken from the environment, so that it
 * stands in no file and no history.
 */
export function samplesOf(
  contract: Document,
  endpoint: Endpoint,
  body: unknown,
  address = sampleAddress,
): Readonly<Record<Language, string>> {
  const { method, needsToken, operation } = endpoint
  const good = Object.entries(operation.responses ?? {}).filter(([status]) => Number(status) < 300)
  const call = {
    method,
    url: address + targetOf(contract, endpoint),
    token: needsToken,
    type: (operation.requestBody && json(follow(contract, operation.requestBody))?.type) ?? 'application/json',
    body,
    isJson: good.every(([, response]) => json(follow(contract, response))),
  }
  return { curl: curl(call), JavaScript: javaScript(call), Python: python(call) }
}

/** A value that the document gives for the parameter. */
export function sampleValue(contract: Document, { example, examples, schema = {} }: Parameter): string {
  const [first] = Object.values(examples ?? {})
  return String(example ?? (first && follow(contract, first).value) ?? exampleOf(follow(contract, schema)) ?? '')
}

interface Call {
  readonly method: string
  readonly url: string
  readonly token: boolean
  /** The media type of the body. */
  readonly type: string
  readonly body: unknown
  /** Whether JSON comes back. */
  readonly isJson: boolean
}

/** The path with what it cannot do without. */
function targetOf(contract: Document, { path, parameters }: Endpoint): string {
  const needed = parameters.filter(({ required }) => required)
  const filled = needed.reduce(
    (at, each) => at.replace(`{${each.name}}`, encodeURIComponent(sampleValue(contract, each))),
    path,
  )
  const query = needed
    .filter((each) => each.in === 'query')
    .map((each) => [each.name, sampleValue(contract, each)] as [string, string])
  return query.length > 0 ? `${filled}?${new URLSearchParams(query)}` : filled
}

function curl({ method, url, token, type, body }: Call): string {
  const plain = method === (body === undefined ? 'GET' : 'POST')
  const lines = [
    `curl ${plain ? '' : `-X ${method} `}'${url}'`,
    token && `-H "Authorization: Bearer $ACCESS_TOKEN"`,
    body !== undefined && `-H 'Content-Type: ${type}'`,
    // The only character that means anything between single quotes is the quote.
    body !== undefined && `-d '${pretty(body).replaceAll("'", "'\\''")}'`,
  ]
  return lines.filter(Boolean).join(' \\\n  ')
}

function javaScript({ method, url, token, type, body, isJson }: Call): string {
  const headers = [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample's own
    token && '    Authorization: `Bearer ${env.ACCESS_TOKEN}`,',
    body !== undefined && `    'Content-Type': '${type}',`,
  ].filter(Boolean)
  const options = [
    method !== 'GET' && `  method: '${method}',`,
    headers.length > 0 && ['  headers: {', ...headers, '  },'].join('\n'),
    body !== undefined && `  body: JSON.stringify(${indent(pretty(body), '  ')}),`,
  ].filter(Boolean)
  const environment = token ? `import { env } from 'node:process'\n\n` : ''
  return `${environment}const response = await fetch('${url}', {\n${options.join('\n')}\n})
console.log(response.status, await response.${isJson ? 'json' : 'text'}())`
}

function python({ method, url, token, type, body, isJson }: Call): string {
  const headers = [
    token && `        'Authorization': 'Bearer ' + os.environ['ACCESS_TOKEN'],`,
    body !== undefined && `        'Content-Type': '${type}',`,
  ].filter(Boolean)
  const options = [
    `    '${url}',`,
    `    method='${method}',`,
    headers.length > 0 && ['    headers={', ...headers, '    },'].join('\n'),
    body !== undefined && `    data=json.dumps(${indent(literal(body), '    ')}).encode(),`,
  ].filter(Boolean)
  return `import json${token ? ', os' : ''}, urllib.request

request = urllib.request.Request(\n${options.join('\n')}\n)
with urllib.request.urlopen(request) as response:
    print(response.status, ${isJson ? 'json.load(response)' : 'response.read().decode()'})`
}

/** JSON as Python writes it. */
function literal(value: unknown, margin = ''): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value !== 'object') return JSON.stringify(value)
  const inner = `${margin}  `
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  const lines = Object.entries(value).map(([key, each]) =>
    Array.isArray(value) ? inner + literal(each, inner) : `${inner}${JSON.stringify(key)}: ${literal(each, inner)}`,
  )
  return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.join(',\n')}\n${margin}${close}`
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2)
}

function indent(text: string, margin: string): string {
  return text.replaceAll('\n', `\n${margin}`)
}

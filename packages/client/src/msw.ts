import { type HttpHandler, http } from 'msw'
import { contractVersion } from './generated/common.ts'
import {
  type ExampleAnswer,
  type ExampleFailure,
  type Examples,
  examples,
  failures,
  type OperationExamples,
  styles,
} from './generated/examples.ts'
import { at } from './paths.ts'

export { type Examples, examples } from './generated/examples.ts'

export interface MockOptions {
  /** For the next request alone. */
  readonly once?: boolean | undefined
}

/** What an operation can be made to do. */
export interface MockedOperation<Title extends string, Body, Code extends string, Reason extends string> {
  /** Answers with the example of this title, or a body of your own; left out: the first example. */
  answer(given?: Title | Body, options?: MockOptions): HttpHandler
  /**
   * Fails with this code, as the document shows it.
   *
   * @param options `reason`: which, where the code has several; left out: the first
   * @throws TypeError for a reason that the code does not have in this operation
   */
  fail(code: Code, options?: MockOptions & { readonly reason?: Reason | undefined }): HttpHandler
}

/** The operations by style, group and name, as in the faces. */
export type Mock = {
  readonly [Style in keyof Examples]: {
    readonly [Group in keyof Examples[Style]]: {
      readonly [Name in keyof Examples[Style][Group]]: Examples[Style][Group][Name] extends OperationExamples<
        infer Title,
        infer Body,
        infer Code,
        infer Reason
      >
        ? MockedOperation<Title, Body, Code, Reason>
        : never
    }
  }
}

type Operation = OperationExamples<string, unknown, string, string>
type Answer = ExampleAnswer<unknown> | ExampleFailure

interface Mocked {
  readonly style: keyof typeof styles
  readonly operation: Operation
}

/**
 * Handlers for Mock Service Worker, for every operation of every style: each answers as the
 * document shows it. A list has one page.
 *
 * @param baseUrl as `createJanus` takes it
 */
export function handlers(baseUrl: string): HttpHandler[] {
  return operations.map((each) => handlerOf(baseUrl, each, (request) => fitting(each.operation, request)))
}

/**
 * Makes handlers for one operation each, for `server.use` or `worker.use`:
 * `mock(baseUrl).rpc.users.create.fail('USERNAME_EXISTS')`.
 *
 * @param baseUrl as `createJanus` takes it
 */
export function mock(baseUrl: string): Mock {
  return mapped(examples, (groups, style) =>
    mapped(groups as object, (methods) =>
      mapped(methods as object, (operation) => mockedOperation(baseUrl, { style, operation } as Mocked)),
    ),
  ) as Mock
}

const operations = Object.entries(examples).flatMap(([style, groups]) =>
  Object.values(groups as object).flatMap((methods) =>
    Object.values(methods).map((operation) => ({ style, operation }) as Mocked),
  ),
)

function mapped(values: object, change: (value: unknown, name: string) => unknown): object {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]))
}

function mockedOperation(baseUrl: string, mocked: Mocked): MockedOperation<string, unknown, string, string> {
  const { style, operation } = mocked
  return {
    answer(given, options) {
      const [title, first] = Object.entries(operation.answers)[0] ?? []
      const shown = typeof given === 'object' ? { ...first, body: given } : operation.answers[String(given ?? title)]
      if (!shown) throw new TypeError(`${operation.method} ${operation.path} has no example "${given}"`)
      return handlerOf(baseUrl, mocked, () => shown as Answer, options)
    },
    fail(code, { reason, ...options } = {}) {
      const found = operation.failures[code]?.find((each) => each === (reason ?? each))
      if (!found) throw new TypeError(`${operation.method} ${operation.path} has no ${code} ${reason ?? ''}`.trim())
      const shown = (failures[style] as Readonly<Record<string, ExampleFailure>>)[found] as ExampleFailure
      return handlerOf(baseUrl, mocked, () => shown, options)
    },
  }
}

/** Of a list the page that was asked for, by cursor or by number; after the first there is none. */
function fitting({ answers, paging }: Operation, { url }: Request): Answer {
  const shown = Object.values(answers) as Answer[]
  const first = shown[0] as Answer
  if (!paging) return first
  const { parameter, items, next, page = '' } = paging
  const asked = new URL(url).searchParams
  const byCursor = asked.has(parameter)
  if (!byCursor && !(Number(asked.get(page)) > 1)) return first
  // The number of a page stands beside the cursor, where there is one.
  const number = next.replace(/\w+$/, page)
  const fit = shown.find(({ body }) => byCursor && at(body, number) === undefined) ?? first
  return { ...fit, body: put(put(fit.body, items, []), next, null) }
}

function handlerOf(
  baseUrl: string,
  { style, operation }: Mocked,
  answerTo: (request: Request) => Answer,
  { once = false }: MockOptions = {},
): HttpHandler {
  const base = new URL(baseUrl).href.replace(/\/+$/, '')
  const verb = operation.method.toLowerCase() as 'get'
  return http[verb](pathOf(base, operation.path), ({ request }) => replyTo(request, base, style, answerTo(request)), {
    once,
  })
}

function replyTo(request: Request, base: string, style: keyof Examples, answer: Answer): Response {
  const { headers: usual, mediaType, repeats } = styles[style]
  const { status, headers } = answer
  const failed = 'code' in answer
  let { body } = answer
  if (failed && repeats.method) body = put(body, repeats.method, request.method)
  if (failed && repeats.path) body = put(body, repeats.path, request.url.slice(base.length).replace(/[?#].*$/, ''))
  return new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: {
      ...(body !== undefined && { 'Content-Type': `${failed ? mediaType : 'application/json'}; charset=utf-8` }),
      ...usual,
      'API-Version': contractVersion,
      'X-Request-Id': request.headers.get('X-Request-Id') ?? crypto.randomUUID(),
      // RFC 6750, section 3
      ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
      ...headers,
    },
  })
}

/** Exactly this path, with any text for a name; but no path that is another operation's. */
function pathOf(base: string, path: string): RegExp {
  const others = operations
    .map(({ operation }) => operation.path)
    .filter((each) => each !== path && !each.includes('{') && patternOf(path).test(each))
  return patternOf(path, `${escaped(base)}${others.map((each) => `(?!${escaped(each)}$)`).join('')}`)
}

function patternOf(path: string, before = ''): RegExp {
  return RegExp(`^${before}${escaped(path).replace(/\\\{\w+\\\}/g, '[^/]+')}$`)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** A copy, with another value at this path of names. */
function put(value: unknown, path: string, other: unknown): unknown {
  const [name = '', ...more] = path.split('.')
  const within = value as Readonly<Record<string, unknown>> | undefined
  return { ...within, [name]: more.length > 0 ? put(within?.[name], more.join('.'), other) : other }
}

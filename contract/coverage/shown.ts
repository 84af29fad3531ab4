import type { Reference, Schema } from '../document.ts'
import { at, follow, pointerIn, pointerTo } from '../pointer.ts'

interface Answer {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** Whether a value fits a schema: of several shapes it tells the one that was answered. */
type Fits = (schema: object, value: unknown) => boolean

/**
 * The examples of types that an answer bears out, as pointers. An example of a type that has few
 * values (an enum, a boolean) is borne out by that very value, any other by any value that was
 * answered at its type.
 *
 * @param response pointer to what the document says of the answer, which it fits
 */
export function shownByAnswer(document: object, response: string, { headers, body }: Answer, fits: Fits): string[] {
  const described = at<{ headers?: object; content?: object }>(document, response)
  const type = headers['content-type']?.split(';')[0] ?? ''
  const values: [pointer: string, value: unknown][] = [
    ...Object.keys(described.headers ?? {}).map((name): [string, unknown] => [
      follow(document, response + pointerTo('headers', name)) + pointerTo('schema'),
      headers[name.toLowerCase()],
    ]),
    [response + pointerTo('content', type, 'schema'), body],
  ]
  return values.flatMap(([pointer, value]) => (value === undefined ? [] : shownBy(document, pointer, value, fits)))
}

function shownBy(document: object, pointer: string, value: unknown, fits: Fits): string[] {
  const schema = at<Schema & Partial<Reference>>(document, pointer)
  const within = (inner: unknown, ...names: (string | number)[]) =>
    shownBy(document, pointer + pointerTo(...names), inner, fits)
  const { $ref, type, examples = [], properties = {} } = schema
  const items = 'items' in schema ? schema.items : undefined
  const isClosed = schema.enum !== undefined || schema.const !== undefined || type === 'boolean'
  return [
    ...($ref === undefined ? [] : shownBy(document, pointerIn($ref), value, fits)),
    ...examples.flatMap((example, n) => (isClosed && example !== value ? [] : [pointer + pointerTo('examples', n)])),
    ...(['oneOf', 'anyOf'] as const).flatMap((shapes) =>
      (schema[shapes] ?? []).flatMap((shape, n) => (fits(shape, value) ? within(value, shapes, n) : [])),
    ),
    ...(items && Array.isArray(value) ? value.flatMap((item) => within(item, 'items')) : []),
    ...Object.keys(properties).flatMap((name) => {
      const inner = (value as Record<string, unknown> | null)?.[name]
      return inner === undefined ? [] : within(inner, 'properties', name)
    }),
  ]
}

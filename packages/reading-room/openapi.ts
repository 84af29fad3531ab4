import type { OpenAPIV3_1 as OpenApi } from 'openapi-types'

/**
 * The types of `openapi-types`, with one for all kinds of schemas and with the extensions that the
 * pages know.
 */
type With<T, Own> = Omit<T, keyof Own> & Own

export type Reference = OpenApi.ReferenceObject
type Named<T> = Record<string, T | Reference>

/** An OpenAPI 3.1 document. Every extension may be missing; README.md says what each is for. */
export type Document = With<
  OpenApi.Document,
  {
    tags?: OpenApi.TagObject[]
    paths?: Record<string, PathItem>
    components?: {
      parameters?: Named<Parameter>
      requestBodies?: Named<RequestBody>
      schemas?: Record<string, Schema>
      responses?: Named<Response>
      headers?: Named<Header>
      securitySchemes?: Named<OpenApi.SecuritySchemeObject>
    }
    'x-styles'?: Record<string, StyleFacts>
    'x-tagGroups'?: { name: string; tags: string[] }[]
    'x-operation-order'?: string[]
    'x-introduction'?: (Partial<Reference> & { title: string; description?: string })[]
    'x-failures'?: Failure[]
    'x-permission-rules'?: PermissionRule[]
    'x-page-notes'?: Partial<Record<'permissions' | 'twins', string>>
  }
>

/** The keys of a path item that hold operations. */
export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const

export type PathItem = { parameters?: (Parameter | Reference)[] } & {
  [method in (typeof methods)[number]]?: OperationObject
}

export type OperationObject = With<
  OpenApi.OperationObject,
  {
    parameters?: (Parameter | Reference)[]
    requestBody?: RequestBody | Reference
    responses?: Record<string, Response | Reference>
    'x-style'?: string
    'x-roles'?: string[]
    'x-failure-reasons'?: string[]
    'x-twin'?: string[]
    'x-twin-fields'?: Record<string, string>
    'x-idempotent'?: boolean
    'x-session'?: 'login' | 'refresh' | 'logout'
  }
>

export type Schema = With<
  OpenApi.BaseSchemaObject,
  {
    $ref?: string
    type?: string | string[]
    properties?: Record<string, Schema>
    items?: Schema
    oneOf?: Schema[]
    anyOf?: Schema[]
    allOf?: Schema[]
    dependentRequired?: Record<string, string[]>
    'x-secret'?: boolean
  }
>

type Examples = Record<string, OpenApi.ExampleObject | Reference>
export type Parameter = With<OpenApi.ParameterObject, { schema?: Schema; examples?: Examples }>
export type Header = With<OpenApi.HeaderObject, { schema?: Schema }>
export type Media = With<OpenApi.MediaTypeObject, { schema?: Schema; examples?: Examples }>
export type RequestBody = With<OpenApi.RequestBodyObject, { content: Record<string, Media> }>
export type Response = With<OpenApi.ResponseObject, { headers?: Named<Header>; content?: Record<string, Media> }>

/** What the document says of a style. */
export interface StyleFacts {
  readonly title: string
  /** How the names of its operations and components begin: `Rpc` of `Rpc.Users.create`. */
  readonly namespace?: string
  /** Where its failures say what they are, as JSON Pointers. */
  readonly failure?: { readonly code?: string; readonly reason?: string }
}

/** How one style answers one reason. */
export interface Wording {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** A reason to fail, and under the name of each style how that answers it. */
export type Failure = { reason: string; when: string; todo: string } & { readonly [style: string]: unknown }

/**
 * What may be done to whom; the reasons for which a breach is refused, in each style where they
 * differ.
 */
export interface PermissionRule {
  readonly title: string
  readonly description: string
  readonly reasons?: readonly string[] | Readonly<Record<string, readonly string[]>>
}

/** What a reference points to, and of the parts of an `allOf` the whole; anything else as it is. */
export function follow<T extends object>(document: Document, thing: T | Reference): T {
  if ('$ref' in thing && typeof thing.$ref === 'string') {
    const { $ref, ...beside } = thing
    // In 3.1 what stands beside a reference counts too: a description of this very use.
    return { ...follow(document, targetOf(document, $ref) as T), ...beside }
  }
  const { allOf, ...own } = thing as Schema
  if (!allOf) return thing as T
  const parts = [...allOf.map((part) => follow(document, part)), own]
  const properties = Object.assign({}, ...parts.map((part) => part.properties))
  const required = parts.flatMap((part) => part.required ?? [])
  return Object.assign({}, ...parts, { properties, required })
}

/** @throws Error when there is no such thing, or it stands in another document */
function targetOf(document: Document, pointer: string): unknown {
  const keys = pointer.split('/').map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
  const found = keys.slice(1).reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document)
  if (keys[0] !== '#' || found === undefined) throw new Error(`${pointer} is not in the document`)
  return found
}

/** `#/components/schemas/Rpc.UserCreate` -> `Rpc.UserCreate`. */
export function nameOf(thing: object): string | undefined {
  return '$ref' in thing && typeof thing.$ref === 'string' ? thing.$ref.split('/').at(-1) : undefined
}

/** The only values that a schema takes, where it lists them; of a constant the one. */
export function choicesOf({ enum: values, const: constant }: Schema): readonly unknown[] | undefined {
  return values ?? (constant === undefined ? undefined : [constant])
}

/** The JSON that a body or an answer has, and its media type. */
export function json(holder: { content?: Record<string, Media> } | undefined): (Media & { type: string }) | undefined {
  const [type, media] = Object.entries(holder?.content ?? {}).find(([name]) => /[/+]json\b/.test(name)) ?? []
  return type === undefined || media === undefined ? undefined : { type, ...media }
}

/** The examples of a body or an answer, by title; one that has no title bears the given one. */
export function examplesOf(
  document: Document,
  media: Media | undefined,
  title: string,
): readonly (readonly [string, unknown])[] {
  if (media?.examples)
    return Object.entries(media.examples).map(([key, given]) => {
      const { summary, value } = follow(document, given)
      return [summary ?? key, value]
    })
  const example = media?.example ?? (media?.schema && exampleOf(follow(document, media.schema)))
  return example === undefined ? [] : [[title, example]]
}

/** A value of the schema, if the document names one. */
export function exampleOf(schema: Schema): unknown {
  return schema.example ?? schema.examples?.[0]
}

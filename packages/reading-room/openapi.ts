/** As much of an OpenAPI 3.1 document as the pages show; references are followed where they are met. */
export interface Contract {
  readonly info: {
    readonly title: string
    readonly version: string
    readonly summary?: string
    readonly description: string
  }
  readonly tags: readonly { readonly name: string; readonly description?: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly responses: Readonly<Record<string, Response>>
    readonly headers: Readonly<Record<string, Header>>
    readonly parameters: Readonly<Record<string, Parameter>>
    readonly securitySchemes: Readonly<Record<string, { readonly description?: string }>>
  }
  readonly 'x-failures': readonly Failure[]
}

export interface Ref {
  readonly $ref: string
}

export interface Schema {
  readonly $ref?: string
  readonly title?: string
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly example?: unknown
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly pattern?: string
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
}

/** The only values that a schema takes, where it lists them; of a constant the one. */
export function choicesOf({ enum: values, const: constant }: Schema): readonly unknown[] | undefined {
  return values ?? (constant === undefined ? undefined : [constant])
}

export interface Example {
  readonly summary?: string
  readonly value: unknown
}

export interface Parameter {
  readonly name: string
  readonly in: 'query' | 'path' | 'header'
  readonly required?: boolean
  readonly description?: string
  readonly schema: Schema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, Example>>
}

export interface Header {
  readonly required?: boolean
  readonly description?: string
  readonly schema: Schema
}

export interface Media {
  readonly schema: Schema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, Example>>
}

export interface Response {
  readonly description: string
  readonly headers?: Readonly<Record<string, Header | Ref>>
  readonly content?: Readonly<Record<string, Media>>
}

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly parameters?: readonly (Parameter | Ref)[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, Media>> }
  readonly responses: Readonly<Record<string, Response | Ref>>
  readonly 'x-roles'?: readonly string[]
  readonly 'x-error-codes': readonly string[]
  /** Rows of the root's `x-failures`. */
  readonly 'x-failure-reasons': readonly string[]
  readonly 'x-twin'?: readonly string[]
  readonly 'x-twin-fields'?: Readonly<Record<string, string>>
}

/** How one style answers one reason. */
export interface Wording {
  readonly status: number
  readonly code: string
  readonly message: string
}

export interface Failure {
  readonly reason: string
  readonly when: string
  readonly todo: string
  readonly rpc?: Wording
  readonly rest?: Wording
}

/** What a reference points to; anything else as it is. */
export function follow<T extends object>(contract: Contract, thing: T | Ref): T {
  if (!('$ref' in thing) || typeof thing.$ref !== 'string') return thing as T
  const { $ref, ...beside } = thing as Ref
  const target = $ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], contract) as T
  // In 3.1 what stands beside a reference counts too: a description of this very use.
  return { ...follow(contract, target), ...beside }
}

/** `#/components/schemas/Rpc.UserCreate` -> `Rpc.UserCreate`. */
export function nameOf(thing: object): string | undefined {
  return '$ref' in thing && typeof thing.$ref === 'string' ? thing.$ref.split('/').at(-1) : undefined
}

/** The JSON that a body or an answer has. */
export function json(holder: { readonly content?: Readonly<Record<string, Media>> } | undefined): Media | undefined {
  return holder?.content?.['application/json']
}

/** The examples of a body or an answer, by title; one that has no title bears the given one. */
export function examplesOf(media: Media | undefined, title: string): readonly (readonly [string, unknown])[] {
  if (media?.examples) return Object.entries(media.examples).map(([key, { summary, value }]) => [summary ?? key, value])
  return media?.example === undefined ? [] : [[title, media.example]]
}

/** A value of the schema, if the document names one. */
export function exampleOf(schema: Schema): unknown {
  return schema.example ?? schema.examples?.[0]
}

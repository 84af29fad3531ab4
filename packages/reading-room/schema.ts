import { type Html, html } from './html.ts'
import { inline } from './markdown.ts'
import { choicesOf, type Document, exampleOf, follow, nameOf, type Parameter, type Schema } from './openapi.ts'

/**
 * The properties of a body, nested as they are sent; the shapes of a `oneOf` one after the other.
 *
 * @param within the names of the schemas that this one is part of: one within itself is not shown
 * again
 */
export function propertyList(contract: Document, given: Schema, within: readonly string[] = []): Html {
  const own = nameOf(given)
  if (own !== undefined && within.includes(own)) return html`<p class="hint">As ${titleOf(own)} above.</p>`
  const inside = own === undefined ? within : [...within, own]
  const schema = follow(contract, given)
  const shapes = schema.oneOf ?? schema.anyOf
  if (shapes)
    return html`<p class="hint">One of ${shapes.length} shapes:</p>
      ${shapes.map(
        (shape) => html`<div class="shape">
        <h6>${titleOf(shape.title ?? nameOf(shape) ?? '')}</h6>
        ${describe(follow(contract, shape).description)} ${propertyList(contract, shape, inside)}
      </div>`,
      )}`
  if (schema.type === 'array' && schema.items) return propertyList(contract, schema.items, inside)
  return html`<ul class="fields">${Object.entries(schema.properties ?? {}).map(([name, each]) =>
    fieldItem(contract, {
      name,
      schema: each,
      required: schema.required?.includes(name) ?? false,
      together: schema.dependentRequired?.[name] ?? [],
      within: inside,
    }),
  )}</ul>`
}

/** Parameters as a list like that of properties. */
export function parameterList(contract: Document, parameters: readonly Parameter[]): Html {
  return html`<ul class="fields">${parameters.map(
    ({ name, in: place, required = false, description, example, ...each }) => {
      const schema = { ...each.schema, ...(description && { description }), ...(example !== undefined && { example }) }
      return fieldItem(contract, { name, schema, required, place })
    },
  )}</ul>`
}

/** What a value may be, in few words: `string, 3–50 characters`. */
export function typeOf(contract: Document, given: Schema, depth = 0): string {
  const schema = follow(contract, given)
  const several = schema.anyOf ?? schema.oneOf
  // Deeper than anybody would write by hand: a schema within itself.
  if (depth > 3) return 'anything'
  if (several) return several.map((each) => typeOf(contract, each, depth + 1)).join(' or ')
  if (schema.type === 'array')
    return `array of ${schema.items ? typeOf(contract, schema.items, depth + 1) : 'anything'}`
  const format = schema.format && !schema.format.startsWith('int') ? ` (${schema.format})` : ''
  return `${[schema.type ?? 'object'].flat().join(' or ')}${format}`
}

/** The bounds of a value, in words: `3–50 characters`, `1–200`, `at most 50 items`. */
export function boundsOf(contract: Document, given: Schema): readonly string[] {
  const { anyOf, minLength, maxLength, minimum, maximum, minItems, maxItems } = follow(contract, given)
  if (anyOf) return anyOf.flatMap((each) => boundsOf(contract, each))
  return [
    range(minLength, maxLength, 'characters'),
    range(minimum, maximum),
    range(minItems, maxItems, 'items'),
  ].filter((each) => each !== undefined)
}

/** What holds where a value is left out, in words. */
export function defaultOf({ default: value }: Schema): readonly string[] {
  return value === undefined ? [] : [`default ${JSON.stringify(value)}`]
}

/** `Rpc.PasswordReset` -> `Password reset`. */
export function titleOf(name: string): string {
  return name.replace(/^.*\./, '').replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

interface FieldItem {
  readonly name: string
  readonly schema: Schema
  readonly required: boolean
  /** The fields without which this one cannot be sent. */
  readonly together?: readonly string[]
  /** Where a parameter stands. */
  readonly place?: string
  readonly within?: readonly string[]
}

function fieldItem(
  contract: Document,
  { name, schema: given, required, together = [], place, within = [] }: FieldItem,
): Html {
  const schema = follow(contract, given)
  const inner = innerOf(contract, given)
  const facts = [...boundsOf(contract, schema), ...defaultOf(schema)]
  const example = choicesOf(schema) ? undefined : exampleOf(schema)
  const type = html`${place && `${place}, `}${typeOf(contract, schema)}${facts.map((fact) => html`, ${fact}`)}`
  // There are a thousand of these on a page: lines of their own for the parts would be 6 kB.
  return html`<li class="field"><div class="term">${[
    html`<code class="name">${name}</code> <span class="type">${type}</span>`,
    required && html` <span class="required">required</span>`,
  ]}</div>${[
    describe(schema.description),
    together.length > 0 && html`<p>Together with ${together.map((other) => html`<code>${other}</code>`)}.</p>`,
    valueList(schema.items ? follow(contract, schema.items) : schema),
    example !== undefined &&
      typeof example !== 'object' &&
      html`<p class="hint">Example <code>${String(example)}</code></p>`,
    patternOf(schema),
    inner && propertyList(contract, inner, within),
  ]}</li>`
}

/** The object whose properties are to be shown beneath a field. */
function innerOf(contract: Document, given: Schema): Schema | undefined {
  const outer = follow(contract, given)
  const named = outer.items ?? given
  const inner = follow(contract, named)
  const objects = (inner.oneOf ?? inner.anyOf)?.filter((each) => follow(contract, each).properties)
  return inner.properties || (objects && objects.length > 0) ? named : undefined
}

function describe(description: string | undefined): Html | undefined {
  return description === undefined ? undefined : html`<p>${inline(description)}</p>`
}

/** The values that a schema lists. */
export function valueList(schema: Schema): Html | undefined {
  const values = choicesOf(schema)
  return values && html`<p class="values">${values.map((value) => html`<code>${String(value)}</code> `)}</p>`
}

/** Whether the pattern is one that takes every text: nothing to tell. */
export function isAnyText({ pattern }: Schema): boolean {
  return pattern === '^[\\s\\S]*$'
}

/** A short pattern reads like a fact; a long one is folded away. */
function patternOf({ pattern }: Schema): Html | undefined {
  if (pattern === undefined || isAnyText({ pattern })) return undefined
  if (pattern.length <= 32) return html`<p class="hint">Pattern <code>${pattern}</code></p>`
  return html`<details class="pattern"><summary>Pattern</summary><code>${pattern}</code></details>`
}

function range(least: number | undefined, most: number | undefined, unit = ''): string | undefined {
  if (least === undefined && most === undefined) return undefined
  const span =
    least === most
      ? `exactly ${least}`
      : !least && unit
        ? `at most ${most}`
        : most === undefined
          ? `at least ${least}`
          : `${least}–${most}`
  return `${span} ${unit}`.trim()
}

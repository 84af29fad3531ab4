import { _, Ajv2020, type Options as AjvOptions, type Code, type Name } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/**
 * Teaches Ajv what the contract asks of texts beside JSON Schema (`x-well-formed`, `x-not-blank`):
 * no pattern says it alike in every language.
 */
export function addTextKeywords(ajv: Ajv2020): void {
  // As code, since a function could not be written into a file (`npm run generate`).
  const keyword = (name: string, holds: (text: Name) => Code) =>
    ajv.addKeyword({
      keyword: name,
      type: 'string',
      schemaType: 'boolean',
      code: (context) => {
        if (context.schema) context.pass(holds(context.data))
      },
    })
  keyword('x-well-formed', (text) => _`${text}.isWellFormed()`)
  keyword('x-not-blank', (text) => _`${text}.trim() !== ''`)
}

/**
 * Ajv in the dialect of OpenAPI 3.1, with formats. Its own coercion stays off: it takes `1e2` for a
 * number and `5` for a string. Each operation has an Ajv of its own, and each would compile the
 * schema of schemas, most of the time of a start: the document is linted in CI.
 */
export function createAjv(options: AjvOptions): Ajv2020 {
  const own = { coerceTypes: false, useDefaults: true, allErrors: true, strict: false, validateSchema: false } as const
  const ajv = new Ajv2020({ ...options, ...own })
  addFormats.default(ajv)
  addTextKeywords(ajv)
  return ajv
}

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { addTextKeywords } from '../../src/http/ajv.ts'
import { closeObjects } from '../../src/http/held-contract.ts'

/**
 * Holds values against schemas of a document, wherever in it they stand. A property that is not
 * described is a breach, also of an answer, which the document leaves open.
 *
 * @param options.coerceTypes takes text for a number: for headers
 * @returns what is wrong with the value, a line each; none: it fits
 */
export function createSchemaCheck(
  document: object,
  { coerceTypes = false } = {},
): (schema: object, value: unknown) => string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, coerceTypes })
  addFormats.default(ajv)
  addTextKeywords(ajv)
  ajv.addSchema({ $id: 'contract', ...closeObjects(document) })
  const compiled = new WeakMap<object, ValidateFunction>()

  return (schema, value) => {
    const validate = compiled.get(schema) ?? ajv.compile(held(schema))
    compiled.set(schema, validate)
    if (validate({ value })) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath.replace('/value', '')} ${message}`,
    )
  }
}

/**
 * Inside an object, since Ajv coerces nothing else; with references that lead from outside into the
 * document.
 */
function held(schema: object): object {
  const properties = {
    value: JSON.parse(JSON.stringify(closeObjects(schema)).replaceAll('"#/components', '"contract#/components')),
  }
  return { type: 'object', properties }
}

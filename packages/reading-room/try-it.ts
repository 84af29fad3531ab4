import { type Html, html } from './html.ts'
import type { Endpoint } from './model.ts'
import { type Document, examplesOf, follow, json, type Parameter } from './openapi.ts'
import { sampleValue } from './samples.ts'

/** Of most bodies, and so left out. */
const plainJson = 'application/json'

/** A form that makes a real call; the script of the pages gives it life. */
export function tryIt(contract: Document, endpoint: Endpoint): Html {
  const { method, path, parameters, operation, needsToken } = endpoint
  const media = operation.requestBody && json(follow(contract, operation.requestBody))
  const examples = examplesOf(contract, media, 'Example')
  const fields = (headers: boolean) =>
    parameters.filter((each) => (each.in === 'header') === headers).map((each) => field(contract, each))
  return html`<details class="try needs-script"><summary>Try it</summary>
  <form data-try data-method="${method}" data-path="${path}" data-token-needed="${String(needsToken)}"${media && media.type !== plainJson && html` data-type="${media.type}"`} autocomplete="off" spellcheck="false">
    ${fields(false)}
    ${
      examples.length > 1 &&
      html`<label class="control">Example<select data-examples>${examples.map(
        ([title, value]) => html`<option value="${JSON.stringify(value, null, 2)}">${title}</option>`,
      )}</select></label>`
    }
    ${
      operation.requestBody &&
      html`<label class="control">Body<textarea data-body rows="${lines(examples[0]?.[1])}">${
        examples[0] ? JSON.stringify(examples[0][1], null, 2) : '{}'
      }</textarea></label>`
    }
    ${fields(true).length > 0 && html`<details class="fold"><summary>Headers</summary><div class="controls">${fields(true)}</div></details>`}
    <div class="actions"><button class="button primary">Send</button><span class="hint" data-needs-token>${
      needsToken ? 'Needs a token: log in above.' : ''
    }</span></div>
    <div class="result" data-result role="status"></div>
  </form>
</details>`
}

function field(contract: Document, parameter: Parameter): Html {
  const { name, in: place, required = false } = parameter
  const schema = follow(contract, parameter.schema ?? {})
  const given = [
    schema.default !== undefined && html` placeholder="${String(schema.default)}"`,
    required && html` value="${sampleValue(contract, parameter)}" required`,
  ]
  return html`<label class="control inline"><span><code>${name}</code> <small>${place}${required && ', required'}</small></span>
    ${
      schema.enum
        ? html`<select data-in="${place}" name="${name}"><option></option>${schema.enum.map((value) => html`<option>${String(value)}</option>`)}</select>`
        : html`<input data-in="${place}" name="${name}"${given}>`
    }</label>`
}

function lines(value: unknown): number {
  return value === undefined ? 3 : JSON.stringify(value, null, 2).split('\n').length
}

import { codeBlock, jsonBlock } from './code.ts'
import { type Html, html } from './html.ts'
import { inline, markdown } from './markdown.ts'
import type { Endpoint, Style } from './model.ts'
import { examplesOf, follow, json, nameOf, type Response } from './openapi.ts'
import type { Site } from './page.ts'
import { type Answered, failuresOf } from './reasons.ts'
import { addressed, samplesOf } from './samples.ts'
import { parameterList, propertyList } from './schema.ts'
import { tryIt } from './try-it.ts'

/** The name of a style in its colour, where there is one. */
export function styleName({ title }: Style): Html | false {
  return title !== '' && html`<span class="style-name">${title}</span> `
}

/**
 * One operation: what to send, how it looks, what comes back. Its parts are rows that stand level
 * with those of its twin.
 */
export function renderEndpoint(site: Site, endpoint: Endpoint): Html {
  const { id, style, method, path, operation } = endpoint
  return html`<article class="endpoint ${style.colour}" id="${id}" aria-label="${style.title && `${style.title}: `}${method} ${path}">
  <div class="row title">${styleName(style)}<h4><a href="#${id}"><b>${method}</b> <code>${path}</code></a></h4></div>
  <div class="row about">${markdown(operation.description ?? operation.summary ?? '')} ${callers(site, endpoint)} ${repeating(endpoint)}</div>
  <div class="row request">${request(site, endpoint)}</div>
  <div class="row sample">${samples(site, endpoint)}${tryIt(site.contract, endpoint)}</div>
  <div class="row answer">${answers(site, endpoint)}</div>
  <div class="row failures">${failures(site, endpoint)}</div>
</article>`
}

/** Who may call, as chips. */
function callers({ roles: all }: Site, { roles, needsToken }: Endpoint): Html | undefined {
  if (!needsToken) return html`<p class="roles"><span class="chip open">no token needed</span></p>`
  if (!roles) return undefined
  const everybody = all.every((role) => roles.includes(role))
  return html`<p class="roles"><span class="hint">For</span> ${
    everybody
      ? html`<span class="chip">every role</span>`
      : roles.map((role) => html`<span class="chip">${role}</span> `)
  }</p>`
}

function repeating({ operation }: Endpoint): Html | false {
  return operation['x-idempotent'] === true && html`<p class="hint">May be repeated when its answer was lost.</p>`
}

function request({ contract }: Site, { parameters, operation }: Endpoint): Html {
  const own = parameters.filter((each) => each.in !== 'header')
  const headers = parameters.filter((each) => each.in === 'header')
  const body = operation.requestBody && json(follow(contract, operation.requestBody))
  return html`<h5>Request</h5>
  ${own.length > 0 && html`<h6>Parameters</h6>${parameterList(contract, own)}`}
  ${body && html`<h6>Body</h6>${propertyList(contract, body.schema ?? {})}`}
  ${own.length === 0 && !body && html`<p class="hint">Neither parameters nor a body.</p>`}
  ${headers.length > 0 && html`<details class="fold"><summary>Headers <span class="count">${headers.length}</span></summary>${parameterList(contract, headers)}</details>`}`
}

function samples({ contract, publicUrl, samples: given }: Site, endpoint: Endpoint): Html {
  const { requestBody } = endpoint.operation
  const examples = examplesOf(contract, requestBody && json(follow(contract, requestBody)), 'Example')
  const body = examples[0]?.[1]
  const all = [
    ...Object.entries(samplesOf(contract, endpoint, body, publicUrl)),
    ...given.flatMap(({ title, byOperation }) => {
      const text = byOperation[endpoint.id]
      return text === undefined ? [] : [[title, addressed(text, publicUrl)] as const]
    }),
  ]
  return html`<h5>Sample</h5><div class="tabs" data-tabs="language">${all.map(
    ([language, text]) => html`<section><h6>${language}</h6>${codeBlock(text, `${language} sample`)}</section>`,
  )}</div>
  ${
    examples.length > 1 &&
    html`<details class="fold"><summary>Other bodies <span class="count">${examples.length - 1}</span></summary>${examples
      .slice(1)
      .map(([title, value]) => html`<h6>${title}</h6>${jsonBlock(value, title)}`)}</details>`
  }`
}

function answers({ contract, link }: Site, { operation }: Endpoint): Html {
  const good = Object.entries(operation.responses ?? {}).filter(([status]) => Number(status) < 400)
  return html`${good.map(([status, given]) => {
    const response = follow(contract, given)
    const media = json(response)
    const examples = examplesOf(contract, media, response.description)
    const headers = Object.keys(response.headers ?? {})
    return html`<h5>Answer <span class="status good">${status}</span></h5>
    <div class="tabs">${examples.map(
      ([title, value]) => html`<section><h6>${title}</h6>${jsonBlock(value, `Answer ${status}: ${title}`)}</section>`,
    )}</div>
    ${media && html`<details class="fold"><summary>Fields of the answer</summary>${propertyList(contract, media.schema ?? {})}</details>`}
    ${!media && html`<p class="hint">${inline(response.description)}</p>`}
    ${
      headers.length > 0 &&
      html`<details class="fold"><summary>Headers <span class="count">${headers.length}</span></summary>
      <p class="names">${headers.map((name) => html`<a href="${link('limits', `header-${name}`)}"><code>${name}</code></a> `)}</p></details>`
    }`
  })}`
}

function failures({ contract, link }: Site, endpoint: Endpoint): Html | undefined {
  const { responses = {} } = endpoint.operation
  const known = Map.groupBy(failuresOf(contract, endpoint), ({ wording }) => wording.status)
  const statuses = Object.keys(responses).filter((status) => !(Number(status) < 400))
  if (statuses.length === 0) return undefined
  const codes = new Set([...known.values()].flat().map(({ wording }) => wording.code))
  return html`<details class="fold"><summary>Failures <span class="count">${codes.size || statuses.length}</span></summary>
  ${statuses.map((status) => {
    const given = responses[status] as Response
    const shared = nameOf(given)
    const title = inline(follow(contract, given).description)
    const answered = known.get(Number(status)) ?? []
    return html`<section class="failure-status">
      <h6><span class="status bad">${status}</span> ${shared ? html`<a href="${link('errors', shared)}">${title}</a>` : title}</h6>
      <ul class="fields">${answered.map((each) => failure(link('errors', each.wording.code), each))}</ul></section>`
  })}
  </details>`
}

function failure(address: string, { failure: { when, todo }, wording }: Answered): Html {
  return html`<li class="field"><div class="term"><a href="${address}"><code class="name">${wording.code}</code></a></div><p>${inline(when)} <span class="todo">${inline(todo)}</span></p></li>`
}

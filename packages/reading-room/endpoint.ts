import { type Face, rolesOf } from './capabilities.ts'
import { codeBlock, jsonBlock } from './code.ts'
import { examplesOf, follow, json, nameOf, type Response } from './contract.ts'
import { type Html, html, inline, markdown } from './html.ts'
import type { Site } from './page.ts'
import { failuresOf, type Told } from './reasons.ts'
import { samplesOf } from './samples.ts'
import { parameterList, propertyList } from './schema.ts'
import { tryIt } from './try-it.ts'

export const styleNames = { rpc: 'RPC', rest: 'REST' } as const

/** One operation: what to send, how it looks, what comes back. Its parts are rows that stand level with those of its twin. */
export function renderFace(site: Site, face: Face): Html {
  const { id, style, method, path, operation } = face
  return html`<article class="face ${style}" id="${id}" aria-label="${styleNames[style]}: ${method} ${path}">
  <div class="row title"><span class="style-name">${styleNames[style]}</span>
    <h4><a href="#${id}"><b>${method}</b> <code>${path}</code></a></h4></div>
  <div class="row about">${markdown(operation.description ?? operation.summary)} ${callers(site, face)}</div>
  <div class="row request">${request(site, face)}</div>
  <div class="row sample">${samples(site, face)}${tryIt(site.contract, face)}</div>
  <div class="row answer">${answers(site, face)}</div>
  <div class="row failures">${failures(site, face)}</div>
</article>`
}

/** Who may call, as chips. */
function callers({ contract }: Site, { roles }: Face): Html {
  if (!roles) return html`<p class="roles"><span class="chip open">no token needed</span></p>`
  const everybody = rolesOf(contract).every((role) => roles.includes(role))
  return html`<p class="roles"><span class="hint">For</span> ${
    everybody
      ? html`<span class="chip">every role</span>`
      : roles.map((role) => html`<span class="chip">${role}</span> `)
  }</p>`
}

function request({ contract }: Site, { parameters, operation }: Face): Html {
  const own = parameters.filter((each) => each.in !== 'header')
  const headers = parameters.filter((each) => each.in === 'header')
  const body = json(operation.requestBody)
  return html`<h5>Request</h5>
  ${own.length > 0 && html`<h6>Parameters</h6>${parameterList(contract, own)}`}
  ${body && html`<h6>Body</h6>${propertyList(contract, body.schema)}`}
  ${own.length === 0 && !body && html`<p class="hint">Neither parameters nor a body.</p>`}
  ${headers.length > 0 && html`<details class="fold"><summary>Headers <span class="count">${headers.length}</span></summary>${parameterList(contract, headers)}</details>`}`
}

function samples({ contract, publicUrl }: Site, face: Face): Html {
  const examples = examplesOf(json(face.operation.requestBody), 'Example')
  const body = examples[0]?.[1]
  return html`<h5>Sample</h5><div class="tabs" data-tabs="language">${Object.entries(
    samplesOf(contract, face, body, publicUrl),
  ).map(
    ([language, text]) => html`<section><h6>${language}</h6>${codeBlock(text, `${language} sample`)}</section>`,
  )}</div>
  ${
    examples.length > 1 &&
    html`<details class="fold"><summary>Other bodies <span class="count">${examples.length - 1}</span></summary>${examples
      .slice(1)
      .map(([title, value]) => html`<h6>${title}</h6>${jsonBlock(value, title)}`)}</details>`
  }`
}

function answers({ contract, link }: Site, { operation }: Face): Html {
  const good = Object.entries(operation.responses).filter(([status]) => Number(status) < 400)
  return html`${good.map(([status, given]) => {
    const response = follow<Response>(contract, given)
    const media = json(response)
    const examples = examplesOf(media, response.description)
    return html`<h5>Answer <span class="status good">${status}</span></h5>
    <div class="tabs">${examples.map(
      ([title, value]) => html`<section><h6>${title}</h6>${jsonBlock(value, `Answer ${status}: ${title}`)}</section>`,
    )}</div>
    ${media && html`<details class="fold"><summary>Fields of the answer</summary>${propertyList(contract, media.schema)}</details>`}
    <details class="fold"><summary>Headers <span class="count">${Object.keys(response.headers ?? {}).length}</span></summary>
      <p class="names">${Object.keys(response.headers ?? {}).map((name) => html`<a href="${link('limits', `header-${name}`)}"><code>${name}</code></a> `)}</p></details>`
  })}`
}

function failures({ contract, link }: Site, face: Face): Html {
  const { responses, 'x-error-codes': codes } = face.operation
  const all = failuresOf(contract, face).toSorted((a, b) => a.wording.status - b.wording.status)
  const byStatus = Map.groupBy(all, ({ wording }) => wording.status)
  const head = (status: number) => {
    const response = responses[status]
    return (
      response &&
      html`<a href="${link('errors', nameOf(response))}">${inline(follow<Response>(contract, response).description)}</a>`
    )
  }
  return html`<details class="fold"><summary>Failures <span class="count">${codes.length}</span></summary>
  ${[...byStatus].map(
    ([status, told]) => html`<section class="failure-status">
      <h6><span class="status bad">${status}</span> ${head(status)}</h6>
      <ul class="fields">${told.map((each) => failure(link('errors', each.wording.code), each))}</ul></section>`,
  )}
  </details>`
}

function failure(address: string, { failure: { when, todo }, wording }: Told): Html {
  return html`<li class="field"><div class="term"><a href="${address}"><code class="name">${wording.code}</code></a></div>
    <p>${inline(when)} <span class="todo">${inline(todo)}</span></p></li>`
}

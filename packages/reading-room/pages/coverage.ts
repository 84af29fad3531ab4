import { type Html, html } from '../html.ts'
import { styleOfName } from '../model.ts'
import type { PageParts, Site } from '../page.ts'

type Kind = 'answers' | 'codes' | 'roles' | 'inputs' | 'examples'

/** What the tests have seen of the contract on the wire. */
export interface Coverage {
  /** The version of the contract that was measured. */
  readonly contract: string
  readonly totals: Readonly<Record<Kind, { readonly seen: number; readonly declared: number }>>
  readonly operations: readonly (Answered & {
    readonly roles: readonly { readonly role: string; readonly allowed: boolean; readonly seen: boolean }[]
    readonly inputs: readonly {
      readonly in: string
      readonly name: string
      readonly good: boolean
      readonly bad: boolean
    }[]
  })[]
  /** What answers where there is no operation. */
  readonly elsewhere: readonly Answered[]
}

interface Answered {
  readonly id: string
  readonly answers: readonly { readonly status: number; readonly type: string; readonly seen: boolean }[]
  readonly codes: readonly { readonly code: string; readonly seen: boolean }[]
}

const kinds: readonly { readonly kind: Kind; readonly title: string; readonly about: string }[] = [
  { kind: 'answers', title: 'Answers', about: 'status and content type of each operation' },
  { kind: 'codes', title: 'Codes', about: 'error codes of each operation' },
  { kind: 'roles', title: 'Roles', about: 'each role, and nobody, at each operation' },
  { kind: 'inputs', title: 'Inputs', about: 'each field, once right and once wrong' },
  { kind: 'examples', title: 'Examples', about: 'examples of the document, run and compared, or seen' },
]

/** How much of what the contract declares the tests have met. */
export function coveragePage(site: Site, coverage: Coverage): PageParts {
  return {
    name: 'coverage',
    body: html`<ul class="totals">${kinds.map(({ kind, title, about }) => total(title, about, coverage.totals[kind]))}</ul>
    <p class="hint">Contract ${coverage.contract}. A filled cell was seen by a test over HTTP, an empty one never; its title tells what it stands for.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Operations"><table class="coverage"><thead><tr><th scope="col">Operation</th>${kinds
      .slice(0, 4)
      .map(({ title }) => html`<th scope="col">${title}</th>`)}</tr></thead>
    <tbody>${coverage.operations.map(
      ({
        id,
        answers,
        codes,
        roles,
        inputs,
      }) => html`<tr class="${colourOf(site, id)}"><th scope="row"><a href="${site.link('index', id)}"><code>${id}</code></a></th>
      ${cells(answers.map(({ status, type, seen }) => [`${status} ${type}`, seen]))}
      ${cells(codes.map(({ code, seen }) => [code, seen]))}
      ${cells(roles.map(({ role, allowed, seen }) => [`${role}, who may${allowed ? '' : ' not'}`, seen]))}
      ${cells(
        inputs.flatMap(
          ({ in: place, name, good, bad }) =>
            [
              [`${name} (${place}), right`, good],
              [`${name} (${place}), wrong`, bad],
            ] as const,
        ),
      )}</tr>`,
    )}${coverage.elsewhere.map(
      ({ id, answers, codes }) => html`<tr class="${colourOf(site, id)}"><th scope="row"><code>${id}</code></th>
      ${cells(answers.map(({ status, type, seen }) => [`${status} ${type}`, seen]))}
      ${cells(codes.map(({ code, seen }) => [code, seen]))}<td></td><td></td></tr>`,
    )}</tbody></table></div>`,
  }
}

function colourOf(site: Site, id: string): string | undefined {
  return (site.endpoints.find((each) => each.id === id)?.style ?? styleOfName(site, id))?.colour
}

function total(title: string, about: string, { seen, declared }: { seen: number; declared: number }): Html {
  const percent = declared === 0 ? 100 : Math.floor((seen / declared) * 1000) / 10
  return html`<li><h2>${title}</h2><p><b>${percent}%</b> <span class="hint">${seen} of ${declared}</span></p>
  <svg class="bar-line" role="img" aria-label="${percent} percent"><rect width="100%" height="100%" rx="4" class="track"/><rect width="${percent}%" height="100%" rx="4" class="fill"/></svg>
  <p class="hint">${about}</p></li>`
}

function cells(all: readonly (readonly [title: string, seen: boolean])[]): Html {
  const met = all.filter(([, seen]) => seen).length
  return html`<td><span class="cells" role="img" aria-label="${met} of ${all.length} seen">${all.map(
    ([title, seen]) => html`<i class="${seen ? 'seen' : 'unseen-cell'}" title="${title}${seen ? '' : ': never'}"></i>`,
  )}</span></td>`
}

import { styleName } from '../endpoint.ts'
import { type Html, html } from '../html.ts'
import { inline } from '../markdown.ts'
import { type Capability, type Endpoint, rolesSchemaOf } from '../model.ts'
import type { PermissionRule } from '../openapi.ts'
import type { PageParts, Site } from '../page.ts'
import { wordingOf } from '../reasons.ts'
import { permissionFigures } from './permission-figures.ts'

/** Operation x role, from `x-roles`; below it what may be done to whom, as figures and as rules. */
export function permissionsPage(site: Site): PageParts {
  const { contract, capabilities, roles } = site
  const groups = Map.groupBy(capabilities, ({ group }) => group)
  const rules = contract['x-permission-rules'] ?? []
  const figures = permissionFigures(site)
  const sections = [
    { id: 'matrix', title: 'Who may call what' },
    ...(figures ? [{ id: 'figures', title: 'What may be done to whom' }] : []),
    ...(rules.length > 0 ? [{ id: 'targets', title: figures ? 'By which rules' : 'What may be done to whom' }] : []),
  ]
  return {
    name: 'permissions',
    contents: [{ title: 'On this page', items: sections }],
    body: html`<h2 id="matrix">Who may call what</h2>
    <p class="hint">The first column is a call without a token. A role that is not marked is answered 403, no token 401.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Operations and roles"><table class="matrix">
      <thead><tr><th scope="col">Operation</th><th scope="col" class="mark">no token</th>${roles.map(
        (role) => html`<th scope="col" class="mark"><code>${role}</code></th>`,
      )}</tr></thead>
      ${[...groups].map(
        ([
          title,
          all,
        ]) => html`<tbody><tr class="group-row"><th colspan="${roles.length + 2}" scope="rowgroup">${title}</th></tr>
        ${all.map((each) => rows(site, each))}</tbody>`,
      )}
    </table></div>
    ${figures && html`<h2 id="figures">What may be done to whom</h2>${figures}`}
    ${rules.length > 0 && targets(site, rules, figures ? 'By which rules' : 'What may be done to whom')}`,
  }
}

function rows({ roles, link }: Site, { title, endpoints }: Capability): Html {
  const all = [...endpoints.values()].flat()
  return html`${all.map(
    (
      endpoint,
      i,
    ) => html`<tr class="${endpoint.style.colour}${i > 0 && ' same'}"><th scope="row">${i === 0 && html`<span class="what">${title}</span>`}
      <a href="${link('index', endpoint.id)}">${styleName(endpoint.style)}<code>${endpoint.method} ${endpoint.path}</code></a></th>
      ${mark(!endpoint.needsToken)}${roles.map((role) => mark(may(endpoint, role)))}</tr>`,
  )}`
}

function may({ roles, needsToken }: Endpoint, role: string): boolean {
  return !needsToken || roles === undefined || roles.includes(role)
}

function mark(allowed: boolean): Html {
  return allowed
    ? html`<td class="mark yes"><i></i><span class="unseen">may</span></td>`
    : html`<td class="mark no"><i></i><span class="unseen">may not</span></td>`
}

function targets(site: Site, rules: readonly PermissionRule[], title: string): Html {
  const { contract, roles } = site
  const note = contract['x-page-notes']?.permissions
  return html`<h2 id="targets">${title}</h2>
    <p class="lead">${inline(rolesSchemaOf(contract, roles)?.description ?? '')}</p>
    <p class="values">${roles.toReversed().map((role) => html`<span class="chip">${role}</span> `)}</p>
    <ul class="rules">${rules.map(
      (rule) => html`<li><h3>${rule.title}</h3><p>${inline(rule.description)}</p>
      <p class="codes">${codes(site, rule)}</p></li>`,
    )}</ul>
    ${note && html`<p class="hint">${inline(note)}</p>`}`
}

/** The codes by which refusals are known. */
function codes({ contract, styles, link }: Site, { reasons = [] }: PermissionRule): Html {
  return html`${styles.map((style) => {
    const own = Array.isArray(reasons) ? reasons : ((reasons as Record<string, readonly string[]>)[style.name] ?? [])
    const failures = (contract['x-failures'] ?? []).filter(({ reason }) => own.includes(reason))
    const found = new Set(failures.flatMap((failure) => wordingOf(failure, style)?.code ?? []))
    return [...found].map(
      (code) =>
        html`<a class="${style.colour}" href="${link('errors', code)}"><code class="code-name">${code}</code></a> `,
    )
  })}`
}

import { type Capability, capabilitiesOf, type Face, rolesOf, type Style, styles } from '../capabilities.ts'
import { styleNames } from '../face.ts'
import { type Html, html, inline } from '../html.ts'
import type { PageParts, Site } from '../page.ts'

/** Operation x role, from `x-roles`; below it what may be done to whom. */
export function permissionsPage(site: Site): PageParts {
  const roles = rolesOf(site.contract)
  const groups = Map.groupBy(capabilitiesOf(site.contract), ({ group }) => group)
  return {
    name: 'permissions',
    contents: [
      {
        title: 'On this page',
        items: [
          { id: 'matrix', title: 'Who may call what' },
          { id: 'targets', title: 'What may be done to whom' },
        ],
      },
    ],
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
        ${all.map((each) => rows(site, each, roles))}</tbody>`,
      )}
    </table></div>
    <h2 id="targets">What may be done to whom</h2>
    <p class="lead">${inline(site.contract.components.schemas.Role?.description ?? '')}</p>
    <p class="values">${roles.toReversed().map((role) => html`<span class="chip">${role}</span> `)}</p>
    <ul class="rules">${rules.map(
      ({ title, text, reasons }) => html`<li><h3>${title}</h3><p>${inline(text)}</p>
      <p class="codes">${answers(site, reasons)}</p></li>`,
    )}</ul>
    <p class="hint">Where several hold, the answer is the first of: no such user, oneself, super administrator, rank, taken name.</p>`,
  }
}

function rows({ link }: Site, { title, faces }: Capability, roles: readonly string[]): Html {
  const all = styles.flatMap((style) => faces[style])
  return html`${all.map(
    (
      face,
      i,
    ) => html`<tr class="${face.style}${i > 0 && ' same'}"><th scope="row">${i === 0 && html`<span class="what">${title}</span>`}
      <a href="${link('index', face.id)}"><span class="style-name">${styleNames[face.style]}</span> <code>${face.method} ${face.path}</code></a></th>
      ${mark(face.roles === undefined)}${roles.map((role) => mark(may(face, role)))}</tr>`,
  )}`
}

function may(face: Face, role: string): boolean {
  return face.roles === undefined || face.roles.includes(role)
}

function mark(allowed: boolean): Html {
  return allowed
    ? html`<td class="mark yes"><i></i><span class="unseen">may</span></td>`
    : html`<td class="mark no"><i></i><span class="unseen">may not</span></td>`
}

/** The codes by which refusals for these reasons are known. */
function answers({ contract, link }: Site, reasons: Rule['reasons']): Html {
  return html`${styles.map((style) => {
    const failures = contract['x-failures'].filter(({ reason }) => reasons[style].includes(reason))
    const codes = new Set(failures.flatMap((failure) => failure[style]?.code ?? []))
    return [...codes].map(
      (code) => html`<a class="${style}" href="${link('errors', code)}"><code class="code-name">${code}</code></a> `,
    )
  })}`
}

interface Rule {
  readonly title: string
  readonly text: string
  /** Why a breach is refused; the styles differ where one lets a role do less. */
  readonly reasons: Readonly<Record<Style, readonly string[]>>
}

/** The rules about targets; the contract has them in the descriptions of its failures, here they stand in one place. */
const rules: readonly Rule[] = [
  {
    title: 'Nobody reaches above themselves',
    text: 'Nobody grants a role above their own, and nobody changes or deletes a user whose role is above their own.',
    reasons: alike('role_above_actor', 'target_above_actor', 'super_admin_protected'),
  },
  {
    title: 'A super administrator answers to super administrators',
    text: 'Only a `super_admin` grants that role, or changes or deletes somebody who has it.',
    reasons: alike('role_above_actor', 'super_admin_protected'),
  },
  {
    title: 'Managers do not make administrators',
    text: 'In the REST style a `manager` neither creates nor changes an `admin` or a `super_admin`, grants neither role, and deletes nobody. In the RPC style a `manager` manages no users at all.',
    reasons: {
      rpc: ['role_required'],
      rest: ['role_above_actor', 'target_above_actor', 'super_admin_protected', 'role_required'],
    },
  },
  {
    title: 'Nobody raises or removes themselves',
    text: 'Nobody changes their own role or status, or deletes themselves. In the RPC style no `users:update` on oneself at all; in the REST style the own `fullName` and `email` may be changed.',
    reasons: alike('self_change', 'self_privilege_change', 'self_deletion'),
  },
  {
    title: 'A change is in force at once',
    text: 'A role change takes effect on the very next request. Leaving `active`, a new password, `revoke_sessions` and a deletion end every session at once. What counts is the stored role, never the one in the token.',
    reasons: alike('token_revoked', 'role_required'),
  },
]

function alike(...reasons: readonly string[]): Rule['reasons'] {
  return { rpc: reasons, rest: reasons }
}

import { styleName } from '../endpoint.ts'
import { type Html, html } from '../html.ts'
import type { Endpoint } from '../model.ts'
import type { Site } from '../page.ts'

/** What a role may do by an operation, to whom. */
export interface GivenPermission {
  readonly role: string
  /** As the document calls it. */
  readonly operation: string
  /** What the body says to be done, where an operation does several things. */
  readonly action?: string
  /** The roles of the others to whom it may be done. */
  readonly targets: readonly string[]
  /** Whether it may be done to oneself. */
  readonly self: boolean
  /** What may be given to others, or to something new. */
  readonly fields: readonly string[]
  /** What may be given to oneself. */
  readonly selfFields: readonly string[]
  /** The roles that may be given. */
  readonly grants: readonly string[]
}

/** One thing that an operation does, with what each role that may call is allowed. */
interface Deed {
  readonly endpoint: Endpoint
  readonly action: string | undefined
  readonly byRole: ReadonlyMap<string, GivenPermission>
}

/** A row of dots: which of the columns are allowed, and which in part. */
type Marks = (role: string) => readonly ('yes' | 'part' | 'no')[]

/**
 * Who may do what to whom, and give which role: one figure for all operations of which the same is
 * true.
 */
export function permissionFigures(site: Site): Html | undefined {
  const deeds = deedsOf(site)
  if (deeds.length === 0) return undefined
  const whom: (deed: Deed) => Marks = (deed) => (role) => {
    const { targets = [], self = false, fields = [], selfFields = [] } = deed.byRole.get(role) ?? {}
    const own = self ? (selfFields.length < fields.length ? 'part' : 'yes') : 'no'
    return [...site.roles.map((each) => (targets.includes(each) ? 'yes' : 'no') as 'yes' | 'no'), own]
  }
  const which: (deed: Deed) => Marks = (deed) => (role) => {
    const { grants = [] } = deed.byRole.get(role) ?? {}
    return site.roles.map((each) => (grants.includes(each) ? 'yes' : 'no'))
  }
  const onOthers = deeds.filter(({ byRole }) => [...byRole.values()].some(({ targets }) => targets.length > 0))
  const granting = deeds.filter(({ byRole }) => [...byRole.values()].some(({ grants }) => grants.length > 0))
  return html`<p class="hint">Down the side who calls, along the top to whom it is done. A ring: some fields alone.</p>
    <div class="figures">${figures(site, onOthers, whom, [...site.roles, 'oneself'], 'caller and target')}</div>
    <h3 class="figures-title">Which role may be given</h3>
    <p class="hint">Down the side who calls, along the top the role that a user is given.</p>
    <div class="figures">${figures(site, granting, which, site.roles, 'caller and role')}</div>`
}

/** In the order of the styles. */
function deedsOf({ styles, endpoints, permissions }: Site): readonly Deed[] {
  const all = Map.groupBy(permissions, ({ operation, action = '' }) => `${operation} ${action}`)
  const deeds = [...all.values()].flatMap((given) => {
    const endpoint = endpoints.find(({ id }) => id === given[0]?.operation)
    const byRole = new Map(given.map((each) => [each.role, each]))
    return endpoint ? [{ endpoint, action: given[0]?.action, byRole }] : []
  })
  return deeds.sort((a, b) => styles.indexOf(a.endpoint.style) - styles.indexOf(b.endpoint.style))
}

function figures(
  site: Site,
  deeds: readonly Deed[],
  marksOf: (deed: Deed) => Marks,
  columns: readonly string[],
  label: string,
): readonly Html[] {
  const alike = Map.groupBy(deeds, (deed) => JSON.stringify(site.roles.map(marksOf(deed))))
  return [...alike.values()].map((group) => {
    const marks = marksOf(group[0] as Deed)
    return html`<figure class="whom">
      <div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="dots">
        <thead><tr><td></td>${columns.map((each) => html`<th scope="col"><span>${each}</span></th>`)}</tr></thead>
        <tbody>${site.roles.map((role) => html`<tr><th scope="row">${role}</th>${marks(role).map(dot)}</tr>`)}</tbody>
      </table></div>
      <figcaption>${group.map((deed) => caption(site, deed))}</figcaption></figure>`
  })
}

function dot(mark: 'yes' | 'part' | 'no'): Html {
  const words = { yes: 'may', part: 'may in part', no: 'may not' }[mark]
  return html`<td class="mark ${mark}"><i></i><span class="unseen">${words}</span></td>`
}

/** An operation with what it gives, the fields of oneself apart where they are fewer. */
function caption({ link }: Site, { endpoint, action, byRole }: Deed): Html {
  const { id, style, method, path } = endpoint
  const { fields = [], selfFields = [], self = false } = [...byRole.values()][0] ?? {}
  const chips = (names: readonly string[]) => html`${names.map((name) => html`<span class="chip">${name}</span> `)}`
  return html`<p class="${style.colour}"><a href="${link('index', id)}">${styleName(style)}<code>${method} ${path}</code></a>
    ${action !== undefined && html`<code class="action">${action}</code>`}
    ${fields.length > 0 && html`<span class="given">${chips(fields)}</span>`}
    ${self && selfFields.length > 0 && html`<span class="given">of oneself ${chips(selfFields)}</span>`}</p>`
}

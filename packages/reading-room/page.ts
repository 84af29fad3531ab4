import { searchDialog, tokenDialog } from './dialogs.ts'
import { type Html, html } from './html.ts'
import { icon } from './icon.ts'
import type { Section } from './markdown.ts'
import type { Model } from './model.ts'
import type { GivenPermission } from './pages/permission-figures.ts'
import type { GivenSamples } from './samples.ts'

export type PageName =
  | 'index'
  | 'permissions'
  | 'twins'
  | 'errors'
  | 'limits'
  | 'clients'
  | 'security'
  | 'coverage'
  | 'changelog'

export interface Page {
  readonly name: PageName
  readonly title: string
  readonly about: string
}

/** Where the document can be had. */
export interface Download {
  readonly title: string
  /** Relative to the pages. */
  readonly address: string
}

/** The pages in the order of their menu; one that the document has nothing for is left out. */
export function pagesOf(
  model: Model,
  given: {
    readonly clients: boolean
    readonly security: boolean
    readonly coverage: boolean
    readonly changelog: boolean
  },
): readonly Page[] {
  const { contract, styles, roles } = model
  const every = ['', ', in both styles side by side', ', in every style side by side'][Math.min(styles.length, 3) - 1]
  const hasFailures = Boolean(contract['x-failures'] ?? contract.components?.responses)
  const all: readonly (Page & { readonly isThere?: boolean })[] = [
    { name: 'index', title: 'Reference', about: `Every operation${every}.` },
    {
      name: 'permissions',
      title: 'Permissions',
      about: 'Who may call what, and what may be done to whom.',
      isThere: roles.length > 0,
    },
    {
      name: 'twins',
      title: 'Twins',
      about: `The same thing in the other style${styles.length > 2 ? 's' : ''}, field by field.`,
      isThere: styles.length > 1,
    },
    {
      name: 'errors',
      title: 'Errors',
      about: 'Every failure: when it is answered, and what to do then.',
      isThere: hasFailures,
    },
    { name: 'limits', title: 'Limits', about: 'Sizes, lengths, rates and lifetimes.' },
    { name: 'clients', title: 'Clients', about: 'How to call the service from a program.', isThere: given.clients },
    {
      name: 'security',
      title: 'Security',
      about: 'Which rule of the standards is held by which test.',
      isThere: given.security,
    },
    {
      name: 'coverage',
      title: 'Coverage',
      about: 'How much of the contract the tests have seen on the wire.',
      isThere: given.coverage,
    },
    { name: 'changelog', title: 'Changelog', about: 'What changed for users of the API.', isThere: given.changelog },
  ]
  return all.filter(({ isThere = true }) => isThere)
}

/**
 * What the pages show, and where they stand: behind the service, or as files of any static server.
 */
export interface Site extends Model {
  readonly pages: readonly Page[]
  readonly downloads: readonly Download[]
  /** Beside those that are made of the document. */
  readonly samples: readonly GivenSamples[]
  /** Who may do what to whom; none where that is not known. */
  readonly permissions: readonly GivenPermission[]
  /** How to get a client. */
  readonly clients: readonly Section[]
  /** Which rules are held by what. */
  readonly security: readonly Section[]
  /** Of the service, for the samples, where it is known. */
  readonly publicUrl: string | undefined
  /** The address of a page, relative to every other page. */
  readonly link: (page: PageName, anchor?: string) => string
  /**
   * Files are read apart from the service: its address is then asked for, and the policy stands in
   * the page itself.
   */
  readonly asFiles: boolean
}

/** A group of the contents: anchors on the page itself. */
export interface Contents {
  readonly title: string
  readonly items: readonly { readonly id: string; readonly title: string }[]
}

export interface PageParts {
  readonly name: PageName
  readonly body: Html
  readonly contents?: readonly Contents[]
  /** Shows the switch between the styles. */
  readonly switchable?: boolean
}

/** The whole document around a page. */
export function renderPage(site: Site, { name, body, contents = [], switchable = false }: PageParts): string {
  const { info } = site.contract
  const page = site.pages.find((each) => each.name === name)
  const title = name === 'index' ? `${info.title} API reference` : `${page?.title} · ${info.title}`
  return html`<!doctype html>
<html lang="en" data-theme="system" data-style="${site.styles.length > 1 ? 'all' : '1'}" data-styles="${site.styles.map(({ name }) => name).join(' ')}" data-count="${site.styles.length}" data-keep="${info.title.toLowerCase()}">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${page?.about}">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${site.asFiles && html`<meta http-equiv="Content-Security-Policy" content="${policy('http: https:')}">`}
<link rel="icon" href="assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="assets/docs.css">
<script src="assets/early.js"></script>
<script type="module" src="assets/docs.js"></script>
</head>
<body data-service="${site.asFiles ? '' : '../'}" data-switchable="${String(switchable)}">
<a class="skip" href="#main">Skip to the content</a>
${topBar(site, switchable)}
<div class="room">
<nav class="side" id="contents" aria-label="Contents">
  <ul class="pages">${site.pages.map(
    (each) =>
      html`<li><a href="${site.link(each.name)}"${each.name === name && html` aria-current="page"`}>${each.title}</a></li>`,
  )}</ul>
  ${contents.map(
    (group) => html`<h2>${group.title}</h2>
  <ul class="anchors">${group.items.map(({ id, title: text }) => html`<li><a href="#${id}">${text}</a></li>`)}</ul>`,
  )}
  <div class="segmented theme needs-script" role="group" aria-label="Colours">
    ${['Light', 'Dark', 'System'].map(
      (each) =>
        html`<button type="button" data-theme-choice="${each.toLowerCase()}" aria-pressed="false">${each}</button>`,
    )}
  </div>
</nav>
<main id="main" tabindex="-1" class="page page-${name}">
${name !== 'index' && html`<header class="head"><h1>${page?.title}</h1><p class="lead">${page?.about}</p></header>`}
${body}
<footer class="foot"><p>${info.title} ${info.version}, made from the contract${site.downloads.map(
    ({ title, address }, i) => html`${i === 0 ? ': ' : ', '}<a href="${address}">${title}</a>`,
  )}. Nothing on these pages is loaded from elsewhere.</p></footer>
</main>
</div>
${searchDialog()}
${tokenDialog(site, site.asFiles)}
</body>
</html>`.html
}

/**
 * The Content-Security-Policy of every page: own files alone, nothing inline, calls to these
 * addresses.
 */
export function policy(connect = "'self'"): string {
  return `default-src 'none'; script-src 'self'; style-src 'self'; connect-src ${connect}; img-src 'self' data:; base-uri 'none'; form-action 'none'`
}

/** What shows all stands first; of two, in the middle. */
function styleButtons({ styles }: Site): readonly Html[] {
  const all = html`<button type="button" data-style-choice="all" aria-pressed="true">${styles.length === 2 ? 'Both' : 'All'}</button>`
  const single = styles.map(
    ({ name, title, colour }) =>
      html`<button type="button" class="${colour}" data-style-choice="${name}" aria-pressed="false">${title}</button>`,
  )
  return single.toSpliced(styles.length === 2 ? 1 : 0, 0, all)
}

function topBar(site: Site, switchable: boolean): Html {
  return html`<header class="bar">
  <a class="menu" href="#contents" aria-label="Contents" data-menu>${icon('menu')}</a>
  <a class="brand" href="${site.link('index')}">${icon('logo')}<span>${site.contract.info.title}</span> <small>${site.contract.info.version}</small></a>
  <button type="button" class="find needs-script" data-search aria-label="Search">${icon('search')}<span>Search</span><kbd>/</kbd></button>
  ${
    switchable &&
    html`<div class="segmented switch needs-script" role="group" aria-label="Style">
    ${styleButtons(site)}
  </div>`
  }
  <button type="button" class="who needs-script" data-token><i class="dot"></i><span data-who>Log in</span></button>
</header>`
}

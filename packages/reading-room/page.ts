import type { Contract } from './contract.ts'
import { searchDialog, tokenDialog } from './dialogs.ts'
import { type Html, html } from './html.ts'
import { icon } from './icon.ts'

export type PageName = 'index' | 'permissions' | 'twins' | 'errors' | 'limits' | 'coverage' | 'changelog'

/** The pages in the order of their menu. */
export const pages: readonly { readonly name: PageName; readonly title: string; readonly about: string }[] = [
  { name: 'index', title: 'Reference', about: 'Every operation, in both styles side by side.' },
  { name: 'permissions', title: 'Permissions', about: 'Who may call what, and what may be done to whom.' },
  { name: 'twins', title: 'Twins', about: 'The same thing in the other style, field by field.' },
  { name: 'errors', title: 'Errors', about: 'Every failure: when it is answered, and what to do then.' },
  { name: 'limits', title: 'Limits', about: 'Sizes, lengths, rates and lifetimes.' },
  { name: 'coverage', title: 'Coverage', about: 'How much of the contract the tests have seen on the wire.' },
  { name: 'changelog', title: 'Changelog', about: 'What changed for users of the API.' },
]

/** Where the pages stand: behind the service, or as files of any static server. */
export interface Site {
  readonly contract: Contract
  /** Of the service, for the samples, where it is known. */
  readonly publicUrl: string | undefined
  /** The address of a page, relative to every other page. */
  readonly link: (page: PageName, anchor?: string) => string
  /** Files are read apart from the service: its address is then asked for, and the policy stands in the page itself. */
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
  const page = pages.find((each) => each.name === name)
  const title = name === 'index' ? `${info.title} API reference` : `${page?.title} · ${info.title}`
  return html`<!doctype html>
<html lang="en" data-theme="system" data-style="both">
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
  <ul class="pages">${pages.map(
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
<footer class="foot"><p>${info.title} ${info.version}, made from the contract${
    site.asFiles ? '.' : html`: <a href="../openapi.json">JSON</a>, <a href="../openapi.yaml">YAML</a>.`
  } Nothing on these pages is loaded from elsewhere.</p></footer>
</main>
</div>
${searchDialog()}
${tokenDialog(site.contract, site.asFiles)}
</body>
</html>`.html
}

/** The Content-Security-Policy of every page: own files alone, nothing inline, calls to these addresses. */
export function policy(connect = "'self'"): string {
  return `default-src 'none'; script-src 'self'; style-src 'self'; connect-src ${connect}; img-src 'self' data:; base-uri 'none'; form-action 'none'`
}

function topBar(site: Site, switchable: boolean): Html {
  return html`<header class="bar">
  <a class="menu" href="#contents" aria-label="Contents" data-menu>${icon('menu')}</a>
  <a class="brand" href="${site.link('index')}">${icon('janus')}<span>${site.contract.info.title}</span> <small>${site.contract.info.version}</small></a>
  <button type="button" class="find needs-script" data-search aria-label="Search">${icon('search')}<span>Search</span><kbd>/</kbd></button>
  ${
    switchable &&
    html`<div class="segmented switch needs-script" role="group" aria-label="Style">
    <button type="button" data-style-choice="rpc" aria-pressed="false">RPC</button>
    <button type="button" data-style-choice="both" aria-pressed="true">Both</button>
    <button type="button" data-style-choice="rest" aria-pressed="false">REST</button>
  </div>`
  }
  <button type="button" class="who needs-script" data-token><i class="dot"></i><span data-who>Log in</span></button>
</header>`
}

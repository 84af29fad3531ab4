import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { sectionsOf } from './markdown.ts'
import { readModel } from './model.ts'
import type { Document } from './openapi.ts'
import { type Download, type PageName, type PageParts, pagesOf, policy, renderPage, type Site } from './page.ts'
import { changelogPage } from './pages/changelog.ts'
import { type Coverage, coveragePage } from './pages/coverage.ts'
import { errorsPage } from './pages/errors.ts'
import { limitsPage, type Setting } from './pages/limits.ts'
import type { GivenPermission } from './pages/permission-figures.ts'
import { permissionsPage } from './pages/permissions.ts'
import { referencePage } from './pages/reference.ts'
import { textPage } from './pages/text.ts'
import { twinsPage } from './pages/twins.ts'
import { addressed, type GivenSamples } from './samples.ts'
import { searchIndex } from './search-index.ts'

export type { Document } from './openapi.ts'
export type { Coverage } from './pages/coverage.ts'
export type { Setting } from './pages/limits.ts'
export type { GivenPermission } from './pages/permission-figures.ts'
export type { GivenSamples } from './samples.ts'

/** What the pages are made from, and nothing else: no request ever reaches them. */
export interface DocsSources {
  readonly contract: Document
  /** What the tests have seen of the contract. */
  readonly coverage?: Coverage
  /** Markdown: what people wrote, then what the tools found. */
  readonly changelog?: readonly string[]
  /** Markdown: how to get a client. It names `http://127.0.0.1:6006` for the service. */
  readonly clients?: string
  /** Markdown: which rules of security standards are held by what. */
  readonly security?: string
  /** Samples beside those that are made of the document: with a client, say. */
  readonly samples?: readonly GivenSamples[]
  /** Who may do what to whom, in the order in which it is to be shown. */
  readonly permissions?: readonly GivenPermission[]
  /** Limits that are in force by configuration, not by the contract. */
  readonly settings?: readonly Setting[]
  /** Where the document itself can be had, by addresses relative to the pages. */
  readonly downloads?: readonly Download[]
  /** Scripts and pictures, by their name in the folder of assets. */
  readonly assets?: ReadonlyMap<string, string>
  /** In the order in which they are joined into one. */
  readonly styleSheets?: readonly string[]
  /**
   * Where clients reach the service, without a slash at the end; undefined: the pages find it, and
   * samples name this machine.
   */
  readonly publicUrl?: string | undefined
  /** To be read as files of any static server, apart from the service. */
  readonly asFiles?: boolean
}

/** A file of the site, ready to be sent. */
export interface DocsFile {
  /** All that concerns the file: its type, and what a browser may do with it. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * The site: each file by its path below the folder, `''` (or `index.html`) being the first page. A
 * file is made when it is first asked for, and kept.
 *
 * @throws Error when the document has more than four styles, or a reference that leads nowhere
 */
export function createDocs(sources: DocsSources): ReadonlyMap<string, () => DocsFile> {
  const { contract, coverage, changelog = [], settings = [], downloads = [], publicUrl, asFiles = false } = sources
  const { clients = '', security = '', samples = [], permissions = [] } = sources
  const { assets, styleSheets } = { ...readAssets(), ...sources }
  const model = readModel(contract)
  const site: Site = {
    ...model,
    pages: pagesOf(model, {
      clients: clients !== '',
      security: security !== '',
      coverage: coverage !== undefined,
      changelog: changelog.length > 0,
    }),
    publicUrl,
    asFiles,
    downloads,
    samples,
    permissions,
    clients: sectionsOf(addressed(clients, publicUrl)),
    security: sectionsOf(security),
    link: (page, anchor) => (pathOf(page, asFiles) || './') + (anchor === undefined ? '' : `#${anchor}`),
  }
  const parts: Record<PageName, () => PageParts> = {
    index: () => referencePage(site),
    permissions: () => permissionsPage(site),
    twins: () => twinsPage(site),
    errors: () => errorsPage(site),
    limits: () => limitsPage(site, settings),
    clients: () => textPage('clients', site.clients),
    security: () => textPage('security', site.security),
    coverage: () => coveragePage(site, coverage as Coverage),
    changelog: () => changelogPage(changelog),
  }
  const files = new Map<string, () => DocsFile>()
  const add = (path: string, make: () => string) =>
    files.set(
      path,
      once(() => file(path, make())),
    )
  for (const { name } of site.pages) add(pathOf(name, asFiles), () => renderPage(site, parts[name]()))
  for (const [name, text] of assets) add(`assets/${name}`, () => text)
  add('assets/docs.css', () => styleSheets.join(''))
  add('assets/search.json', () => JSON.stringify(searchIndex(site)))
  return files
}

/** The scripts, pictures and style sheets of this package. */
export function readAssets() {
  const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8')
  const names = readdirSync(new URL('assets/', import.meta.url))
  return {
    assets: new Map(names.map((name) => [name, read(`assets/${name}`)])) as ReadonlyMap<string, string>,
    styleSheets: styleSheetNames.map((name) => read(`css/${name}.css`)) as readonly string[],
  }
}

/** In the order in which they are joined into one. */
const styleSheetNames = [
  'colours',
  'base',
  'controls',
  'code',
  'frame',
  'dialogs',
  'reference',
  'styles',
  'fields',
  'tables',
  'pages',
  'totals',
  'screens',
]

/** By extension; what has none is a page. */
const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
}

function pathOf(page: PageName, asFiles: boolean): string {
  if (asFiles) return `${page}.html`
  return page === 'index' ? '' : page
}

function file(path: string, body: string): DocsFile {
  const headers = {
    'Content-Type': types[extname(path).slice(1)] ?? 'text/html; charset=utf-8',
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': `${policy()}; frame-ancestors 'none'`,
    'Referrer-Policy': 'no-referrer',
  }
  return { headers, body }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

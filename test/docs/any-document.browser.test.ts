import { createDocs, type Document } from '@janus/reading-room'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyDocument } from './any-document.ts'
import { openBrowser, openTab, type Tab } from './browser.ts'
import { type SmallServer, serveFiles } from './files.ts'

let browser: Browser
const servers: SmallServer[] = []

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  for (const server of servers) server.close()
})

/** The site of a document in a tab. */
async function open(contract: Document, viewport = { width: 1600, height: 900 }): Promise<Tab & { url: string }> {
  const docs = createDocs({ contract, asFiles: true })
  const server = await serveFiles((path) => docs.get(path)?.().body)
  servers.push(server)
  const tab = await openTab(browser, [server.origin], { viewport })
  await tab.page.goto(`${server.origin}/index.html`)
  return { ...tab, url: server.origin }
}

const pageNames = (page: Page) => page.locator('.pages a').allInnerTexts()

describe('a document of somebody else', () => {
  it('has the pages that it has something for, and each can be read', async () => {
    const { page, url, said, close } = await open(anyDocument)
    expect(await pageNames(page)).toEqual(['Reference', 'Errors', 'Limits'])
    for (const name of ['index', 'errors', 'limits']) {
      await page.goto(`${url}/${name}.html`)
      const text = await page.locator('main').innerText()
      expect(text.length, name).toBeGreaterThan(150)
      expect(text, name).not.toMatch(/undefined|\[object|NaN/)
    }
    expect(said).toEqual([])
    await close()
  })

  it('has its operations under its tags, in its order, each with an anchor of its own', async () => {
    const { page, close } = await open(anyDocument)
    expect(await page.locator('.group-title').allInnerTexts()).toEqual(['Books', 'Readers', 'Operations'])
    expect(await page.locator('.capability-title').allInnerTexts()).toEqual([
      'Find books',
      'Find books',
      'getReader',
      'head-shelves',
    ])
    const ids = await page.locator('[id]').evaluateAll((all: any[]) => all.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
    await close()
  })

  it('has no choice between styles where there is one, and no name for it', async () => {
    const { page, close } = await open(anyDocument)
    expect(await page.locator('.switch, .style-name, .twin-link').count()).toBe(0)
    await close()
  })

  it('shows what is referred to, put together of parts, and within itself', async () => {
    const { page, close } = await open(anyDocument)
    const post = page.locator('[id="post-books"]')
    const body = await post.locator('.request').innerText()
    expect(body).toMatch(/title\s+string or null\s+required/)
    expect(body).toContain('Thirteen digits.')
    expect(body).toContain('As Book above.')
    await expect.poll(() => post.locator('.sample').innerText()).toContain('9783150000014')
    expect(await page.locator('[id="getReader"] .request').innerText()).toMatch(/reader\s+path, integer/)
    await close()
  })

  it('reads no JSON from an answer that has none, and sends no token where none is needed', async () => {
    const { page, close } = await open(anyDocument)
    const sample = (id: string) => page.locator(`[id="${id}"] .sample pre`).nth(1).textContent()
    expect(await sample('post-books')).toContain('await response.text()')
    expect(await sample('get-books')).toContain('await response.json()')
    expect(await sample('get-books')).not.toContain('Bearer')
    expect(await sample('post-books')).toContain('Bearer')
    await close()
  })

  it('takes a token, but offers no login that the document does not have', async () => {
    const { page, close } = await open(anyDocument)
    await page.locator('[data-token]').click()
    await page.getByLabel('Access token').waitFor()
    expect(await page.locator('[data-log-in]').count()).toBe(0)
    await close()
  })

  it('that refers to what it does not have is refused with the reference', () => {
    const paths: Document['paths'] = { '/a': { get: { parameters: [{ $ref: '#/components/parameters/None' }] } } }
    expect(() => createDocs({ contract: { ...anyDocument, paths } })).toThrow('#/components/parameters/None')
  })
})

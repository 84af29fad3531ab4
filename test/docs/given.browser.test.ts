import { createDocs, type DocsSources } from '@janus/reading-room'
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

const clients = `# How to get one

By \`npm\`. <script>alert(1)</script>

## The \`books\` client

\`\`\`sh
npx make-books http://127.0.0.1:6006/books.json
\`\`\`

### In Haskell

With servant.

## Search

Beside the box of that name.
`

const samples = [{ title: 'Ruby', byOperation: { getReader: `Books.at('http://127.0.0.1:6006').reader(1)` } }]

/** The site of somebody else's document, with what is handed in beside it. */
async function open(given: Partial<DocsSources>, page = 'index.html', width = 1600): Promise<Tab> {
  const docs = createDocs({ contract: anyDocument, asFiles: true, ...given })
  const server = await serveFiles((path) => docs.get(path)?.().body)
  servers.push(server)
  const tab = await openTab(browser, [server.origin], { viewport: { width, height: 900 } })
  await tab.page.goto(`${server.origin}/${page}`)
  return tab
}

const languages = (page: Page, id: string) => page.locator(`[id="${id}"] .sample [role="tab"]`).allInnerTexts()
const chosen = (page: Page, id: string) =>
  page.locator(`[id="${id}"] .sample [role="tab"][aria-selected="true"]`).innerText()

describe('samples that are handed in', () => {
  it('are a tab of the operations that they are for', async () => {
    const { page, close } = await open({ samples })
    expect(await languages(page, 'getReader')).toEqual(['curl', 'JavaScript', 'Python', 'Ruby'])
    expect(await languages(page, 'get-books')).toEqual(['curl', 'JavaScript', 'Python'])
    await close()
  })

  it('are chosen where they are there, and the others keep what they show', async () => {
    const two = [{ title: 'Ruby', byOperation: { getReader: 'one', 'head-shelves': 'two' } }]
    const { page, close } = await open({ samples: two })
    await page.locator('[id="get-books"]').getByRole('tab', { name: 'Python' }).click()
    await page.locator('[id="getReader"]').getByRole('tab', { name: 'Ruby' }).click()
    await expect.poll(() => chosen(page, 'head-shelves')).toBe('Ruby')
    expect(await chosen(page, 'get-books')).toBe('Python')
    await page.reload()
    await expect.poll(() => chosen(page, 'head-shelves')).toBe('Ruby')
    expect(await chosen(page, 'get-books')).toBe('curl')
    await close()
  })

  it('name the service by its address, as the others do', async () => {
    const sample = (page: Page) => page.locator('[id="getReader"] .sample pre').nth(3).textContent()
    const { page, close } = await open({ samples })
    await page.locator('[data-token]').click()
    await page.getByLabel('Address of the service').fill('https://books.example')
    await page.keyboard.press('Tab')
    await expect.poll(() => sample(page)).toBe("Books.at('https://books.example').reader(1)")
    await close()
    const configured = await open({ samples, publicUrl: 'https://public.example' })
    expect(await sample(configured.page)).toBe("Books.at('https://public.example').reader(1)")
    await configured.close()
  })
})

describe('the page of clients', () => {
  it('is in the menu when there is something on it, and only then', async () => {
    const names = (page: Page) => page.locator('.pages a').allInnerTexts()
    const { page, close } = await open({ clients })
    expect(await names(page)).toEqual(['Reference', 'Errors', 'Limits', 'Clients'])
    await close()
    const without = await open({ clients: '' })
    expect(await names(without.page)).toEqual(['Reference', 'Errors', 'Limits'])
    await without.close()
  })

  it('has the text by its sections, and obeys no HTML of it', async () => {
    const { page, said, close } = await open({ clients }, 'clients.html')
    expect(await page.locator('main h1, main h2, main h3').allInnerTexts()).toEqual([
      'Clients',
      'The books client',
      'In Haskell',
      'Search',
    ])
    expect(await page.locator('.prose').innerText()).toContain('<script>alert(1)</script>')
    expect(await page.locator('.anchors a').allInnerTexts()).toEqual(['The books client', 'Search'])
    // That of the box of the search is taken.
    expect(await page.locator('.prose section').evaluateAll((all: any[]) => all.map(({ id }) => id))).toEqual([
      'the-books-client',
      'search-2',
    ])
    expect(said).toEqual([])
    await close()
  })

  it('has code that can be copied, with the address of the service', async () => {
    const { page, close } = await open({ clients, publicUrl: 'https://public.example' }, 'clients.html')
    const code = page.locator('.prose .code')
    expect(await code.locator('pre').textContent()).toBe('npx make-books https://public.example/books.json')
    expect(await code.getByRole('button', { name: 'Copy' }).count()).toBe(1)
    await close()
    const told = await open({ clients }, 'clients.html')
    await told.page.locator('[data-token]').click()
    await told.page.getByLabel('Address of the service').fill('https://books.example')
    await told.page.keyboard.press('Tab')
    await expect
      .poll(() => told.page.locator('.prose pre').textContent())
      .toBe('npx make-books https://books.example/books.json')
    await told.close()
  })

  it.each([
    ['clients', 'Clients', 'clients.html'],
    ['servant', 'The books client', 'clients.html#the-books-client'],
    ['books client', 'The books client', 'clients.html#the-books-client'],
  ])('is found by %s', async (words, title, address) => {
    const { page, close } = await open({ clients })
    await page.keyboard.press('/')
    await page.keyboard.type(words)
    const first = page.locator('#hits [role="option"]').first()
    await expect.poll(() => first.locator('b').innerText()).toBe(title)
    expect(await first.locator('a').getAttribute('href')).toBe(address)
    await close()
  })

  it('scrolls wide code within itself on a narrow screen', async () => {
    const long = clients.replace('books.json', `books.json${' --and-more'.repeat(20)}`)
    const { page, close } = await open({ clients: long }, 'clients.html', 360)
    expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBeLessThanOrEqual(360)
    expect(await page.locator('.prose pre').evaluate((pre: any) => pre.scrollWidth > pre.clientWidth)).toBe(true)
    await close()
  })
})

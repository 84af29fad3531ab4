import { createDocs, type Document } from '@janus/reading-room'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Schema } from '../../packages/reading-room/openapi.ts'
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

const names = ['plain', 'formal', 'terse', 'fourth']

/** One thing to do, in so many styles; each wraps and spells its answer in its own way. */
function inStyles(count: number): Document {
  const styles = names.slice(0, count)
  const properties: Schema['properties'][] = [
    { full_name: { type: 'string' } },
    { data: { type: 'object', properties: { fullName: { type: 'string', maxLength: 9 } } } },
    { fullname: { type: 'string' } },
    { fn: { type: 'string' } },
  ]
  return {
    openapi: '3.1.0',
    info: { title: 'Styles', version: '1.0.0' },
    'x-styles': Object.fromEntries(styles.map((name) => [name, { title: name.toUpperCase() }])),
    'x-failures': [
      {
        reason: 'gone',
        when: 'It is gone.',
        todo: 'Look elsewhere.',
        ...Object.fromEntries(styles.map((name) => [name, { status: 410, code: `${name}_gone`, message: 'gone' }])),
      },
    ],
    paths: Object.fromEntries(
      styles.map((name, i) => [
        `/${name}`,
        {
          get: {
            operationId: name,
            summary: 'Show',
            'x-style': name,
            'x-roles': ['reader'],
            'x-failure-reasons': ['gone'],
            'x-twin': styles.filter((other) => other !== name),
            ...(name === 'fourth' && { 'x-twin-fields': { fn: 'full_name' } }),
            responses: {
              200: {
                description: 'Shown.',
                content: {
                  'application/json': {
                    schema: { type: 'object', properties: properties[i] as Record<string, Schema> },
                  },
                },
              },
              410: { description: 'Gone.' },
            },
          },
        },
      ]),
    ),
  }
}

async function open(count: number, path: string, width = 1600): Promise<Tab> {
  const docs = createDocs({ contract: inStyles(count), asFiles: true })
  const server = await serveFiles((name) => docs.get(name)?.().body)
  servers.push(server)
  const tab = await openTab(browser, [server.origin], { viewport: { width, height: 900 } })
  await tab.page.goto(`${server.origin}/${path}`)
  return tab
}

describe.each([2, 3, 4])('%i styles', (count) => {
  const styles = names.slice(0, count)

  it('stand side by side, level with each other, and each alone', async () => {
    const { page, said, close } = await open(count, 'index.html')
    const boxes = await Promise.all(styles.map((name) => page.locator(`#${name}`).boundingBox()))
    expect(new Set(boxes.map((box) => box?.y)).size).toBe(1)
    expect(boxes.map((box) => box?.x)).toEqual(boxes.map((box) => box?.x).toSorted((a = 0, b = 0) => a - b))
    const colours = await page
      .locator('.endpoint .style-name')
      .evaluateAll((all: any[]) => all.map((each) => each.ownerDocument.defaultView.getComputedStyle(each).color))
    expect(new Set(colours).size).toBe(count)
    for (const name of styles) {
      await page.locator(`[data-style-choice="${name}"]`).click()
      await expect
        .poll(() => page.locator('.endpoint:visible').evaluateAll((all: any[]) => all.map(({ id }) => id)))
        .toEqual([name])
    }
    expect(said).toEqual([])
    await close()
  })

  it('show one at a time on a screen that is too narrow for all', async () => {
    const { page, close } = await open(count, 'index.html', 380 * count - 20)
    await expect.poll(() => page.locator('[data-style-choice="all"]').isVisible()).toBe(false)
    await expect.poll(() => page.locator('.endpoint:visible').count()).toBe(1)
    expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBeLessThanOrEqual(380 * count - 20)
    await close()
  })

  it('have a column each in the tables, and a row for what is the same', async () => {
    const { page, close } = await open(count, 'twins.html')
    const rows = await page.locator('.twins tbody:last-child tr:not(.group-row)').allInnerTexts()
    expect(rows).toHaveLength(1)
    for (const path of ['full_name', 'data.fullName', 'fullname', 'fn'].slice(0, count)) expect(rows[0]).toContain(path)
    // Told apart: one has a bound that the others have not.
    expect(await page.locator('.twins b').allInnerTexts()).toEqual(['at most 9 characters'])
    await close()
  })

  it('have their codes beside each other, and their operations in the matrix', async () => {
    const { page, close } = await open(count, 'errors.html')
    expect(await page.locator('.situation .wording').count()).toBe(count)
    for (const name of styles)
      expect(await page.locator(`#${name}-codes`).innerText()).toBe(`${name.toUpperCase()} codes`)
    await page.goto(page.url().replace('errors', 'permissions'))
    expect(await page.locator('.matrix tbody tr:not(.group-row)').count()).toBe(count)
    await close()
  })
})

it('more styles than there are colours for are refused', () => {
  const contract = {
    ...inStyles(4),
    'x-styles': Object.fromEntries('abcde'.split('').map((title) => [title, { title }])),
  }
  expect(() => createDocs({ contract })).toThrow('styles are more than 4')
})

import { readdir } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'
import { faceOf, logIn, openBrowser, openTab, pageNames, send } from './browser.ts'
import { servePages } from './files.ts'

let pages: Awaited<ReturnType<typeof servePages>>
let service: Service
let browser: Browser

beforeAll(async () => {
  pages = await servePages()
  service = await startService({ corsOrigins: [pages.origin] })
  await service.makeUser({ username: 'root', role: 'super_admin' })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await service?.close()
  pages?.close()
})

describe('the pages as files', () => {
  it.each(pageNames)('%s renders without a word on the console and without asking anybody else', async (name) => {
    const tab = await openTab(browser, [pages.origin])
    await tab.page.goto(pages.page(name), { waitUntil: 'networkidle' })
    await tab.page.locator('h1').waitFor()
    expect(tab.said).toEqual([])
    expect(tab.foreign).toEqual([])
    const links = await tab.page.evaluate<string[]>(
      '[...document.querySelectorAll("a")].map((each) => each.href.split("#")[0])',
    )
    for (const link of new Set(links)) expect((await fetch(link)).status, link).toBe(200)
    await tab.close()
  })

  it('find, and follow what they found', async () => {
    const tab = await openTab(browser, [pages.origin])
    await tab.page.goto(pages.page('limits'))
    await tab.page.keyboard.press('/')
    await tab.page.keyboard.type('reset_password')
    await tab.page.locator('#hits [role="option"]').first().waitFor()
    await tab.page.keyboard.press('Enter')
    await tab.page.waitForURL(`${pages.page('')}#Rpc.Users.update`)
    await tab.close()
  })

  it('call a service elsewhere, once its address is given and it allows them', async () => {
    const tab = await openTab(browser, [pages.origin, service.url])
    const { page } = tab
    await page.goto(pages.page(''))
    await page.locator('[data-token]').click()
    await page.getByLabel('Address of the service').fill(`${service.url}/`)
    await page.keyboard.press('Tab')
    await page.locator('[data-close]').click()
    await logIn(page, 'rest', 'root', password)
    await page.getByText('root, 60 min').waitFor()
    const { status, body } = await send(page, 'Rest.Users.list')
    expect(status).toBe('200')
    expect(body.data).toHaveLength(1)
    await expect
      .poll(() => faceOf(page, 'Rest.Users.list').locator('.code').first().innerText())
      .toContain(`${service.url}/users`)
    expect(tab.said).toEqual([])
    await tab.close()
  })

  it('are all there is: no source, no map', async () => {
    const names = await readdir(pages.folder, { recursive: true })
    expect(names.filter((name) => !/^assets$|\.(html|js|css|svg|json)$/.test(name))).toEqual([])
  })
})

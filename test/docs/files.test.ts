import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'
import { faceOf, logIn, openBrowser, openTab, pageNames, send } from './browser.ts'

const run = promisify(execFile)

let folder: string
let files: Server
let origin: string
let service: Service
let browser: Browser

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
  json: 'application/json',
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'janus-docs-'))
  await run(process.execPath, ['src/docs/write.ts', folder])
  // As plain as a static server can be, and with the pages somewhere below its root.
  files = createServer(async (request, response) => {
    const path = new URL(request.url ?? '', 'http://files').pathname.replace('/some/where/', '')
    const body = await readFile(join(folder, path)).catch(() => undefined)
    response.statusCode = body ? 200 : 404
    response.setHeader('Content-Type', types[path.split('.').at(-1) ?? ''] ?? 'text/plain')
    response.end(body)
  })
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', () => resolve()))
  origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}`
  service = await startService({ corsOrigins: [origin] })
  await service.makeUser({ username: 'root', role: 'super_admin' })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await service?.close()
  files?.close()
  await rm(folder, { recursive: true, force: true })
})

const address = (name: string) => `${origin}/some/where/${name || 'index'}.html`

describe('the pages as files', () => {
  it.each(pageNames)('%s renders without a word on the console and without asking anybody else', async (name) => {
    const tab = await openTab(browser, [origin])
    await tab.page.goto(address(name), { waitUntil: 'networkidle' })
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
    const tab = await openTab(browser, [origin])
    await tab.page.goto(address('limits'))
    await tab.page.keyboard.press('/')
    await tab.page.keyboard.type('reset_password')
    await tab.page.locator('#hits [role="option"]').first().waitFor()
    await tab.page.keyboard.press('Enter')
    await tab.page.waitForURL(`${address('')}#Rpc.Users.update`)
    await tab.close()
  })

  it('call a service elsewhere, once its address is given and it allows them', async () => {
    const tab = await openTab(browser, [origin, service.url])
    const { page } = tab
    await page.goto(address(''))
    await page.locator('[data-token]').click()
    await page.getByLabel('Address of the service').fill(`${service.url}/`)
    await page.keyboard.press('Tab')
    await page.locator('[data-close]').click()
    await logIn(page, 'rest', 'root', password)
    await page.getByText('root, 60 min').waitFor()
    const { status, body } = await send(page, 'Rest.Users.list')
    expect(status).toBe('200')
    expect(body.data).toHaveLength(1)
    expect(await faceOf(page, 'Rest.Users.list').locator('.code').first().innerText()).toContain(`${service.url}/users`)
    expect(tab.said).toEqual([])
    await tab.close()
  })

  it('are all there is: no source, no map', async () => {
    const names = await readdir(folder, { recursive: true })
    expect(names.filter((name) => !/^assets$|\.(html|js|css|svg|json)$/.test(name))).toEqual([])
  })
})

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PrefixProxy, startPrefixProxy } from '../support/prefix-proxy.ts'
import { password, type Service, startService } from '../support/service.ts'
import { faceOf, logIn, openBrowser, openTab, send } from './browser.ts'

let proxy: PrefixProxy
let browser: Browser

beforeAll(async () => {
  proxy = await startPrefixProxy('/a/user-service')
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  proxy?.close()
})

describe.each([
  ['configured', true],
  ['not configured', false],
])('the reading room behind a path prefix that is %s', (_, configured) => {
  let service: Service
  beforeAll(async () => {
    service = await startService(configured ? { publicUrl: proxy.url } : {})
    proxy.leadTo(service.url)
    await service.makeUser({ username: 'root', role: 'super_admin' })
  })
  afterAll(() => service.close())

  it('tries calls there, and its samples name it', async () => {
    const { page, said, foreign, close } = await openTab(browser, [proxy.origin])
    await page.goto(`${proxy.url}/docs`)
    await logIn(page, 'rpc', 'root', password)
    await page.getByText('root, 60 min').waitFor()
    expect((await send(page, 'Rpc.Users.list')).status).toBe('200')
    expect((await send(page, 'Rest.Users.list')).status).toBe('200')
    const sample = faceOf(page, 'Rest.Users.list').locator('pre').first()
    expect(await sample.textContent()).toContain(`${proxy.url}/users`)
    await page.getByRole('link', { name: 'Errors' }).first().click()
    await page.getByRole('heading', { name: 'By situation' }).waitFor()
    expect([said, foreign, proxy.strays]).toEqual([[], [], []])
    await close()
  })
})

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'
import { faceOf, logIn, openBrowser, openTab, send, type Tab } from './browser.ts'

let service: Service
let browser: Browser
let tab: Tab

beforeAll(async () => {
  service = await startService()
  browser = await openBrowser()
  await service.makeUser({ username: 'root', role: 'super_admin' })
  await service.makeUser({ username: 'mond', fullName: '月亮' })
  await service.makeUser({ username: '<b>bold</b>' })
})
afterAll(async () => {
  await browser?.close()
  await service?.close()
})

async function open(): Promise<Tab> {
  tab = await openTab(browser, [service.url])
  await tab.page.goto(`${service.url}/docs/`)
  return tab
}

describe('a call', () => {
  it('that is refused shows the failure of its style', async () => {
    const { page, close } = await open()
    const rpc = await send(page, 'Rpc.Users.list')
    expect(rpc).toMatchObject({ status: '401', body: { error_code: 'UNAUTHORIZED' } })
    const rest = await send(page, 'Rest.Users.list')
    expect(rest).toMatchObject({ status: '401', body: { details: { code: 'AUTH_003' } } })
    await close()
  })

  it('sends its parameters, headers and body as they stand in the form', async () => {
    const { page, close } = await open()
    await logIn(page, 'rpc', 'root', password)
    await page.getByText('root, 60 min').waitFor()
    const list = faceOf(page, 'Rest.Users.list')
    await list.locator('.try > summary').click()
    await list.locator('[name="search"]').fill('月')
    await list.locator('[name="role"]').selectOption('user')
    await list.locator('[name="limit"]').fill('1')
    const found = await send(page, 'Rest.Users.list')
    expect(found.body.data.map((user: any) => user.username)).toEqual(['mond'])
    expect(found.body.pagination.limit).toBe(1)

    const { id } = found.body.data[0]
    const get = faceOf(page, 'Rest.Users.get')
    await get.locator('.try > summary').click()
    await get.locator('[name="id"]').fill(id)
    await get.locator('.try details summary').first().click()
    await get.locator('[name="Accept-Language"]').fill('zh')
    await get.locator('[name="X-Request-Id"]').fill('from-the-docs')
    expect((await send(page, 'Rest.Users.get')).body.data.id).toBe(id)
    await expect.poll(() => get.locator('.result details pre').textContent()).toContain('x-request-id: from-the-docs')

    const update = faceOf(page, 'Rpc.Users.update')
    await update.locator('.try > summary').click()
    await update.locator('[name="id"]').fill(id)
    await update.locator('[data-examples]').selectOption('Revoke All User Sessions')
    const revoked = await send(page, 'Rpc.Users.update')
    expect(revoked.body.message).toMatch(/revoked|撤销/)
    await update.locator('[data-body]').fill('{"nickname": 1}')
    expect((await send(page, 'Rpc.Users.update')).body.details[0].field).toBe('nickname')
    await close()
  })

  it('is shown within a narrow screen too, whatever comes back', async () => {
    const { page, close } = await open()
    await page.setViewportSize({ width: 360, height: 740 })
    await logIn(page, 'rpc', 'root', password)
    await page.getByText('root, 60 min').waitFor()
    expect((await send(page, 'Rpc.Users.list')).status).toBe('200')
    await expect.poll(() => page.evaluate('document.scrollingElement.scrollWidth')).toBeLessThanOrEqual(360)
    await close()
  })

  it('of a login offers its token', async () => {
    const { page, close } = await open()
    await faceOf(page, 'Rest.Auth.login').locator('.try > summary').click()
    await faceOf(page, 'Rest.Auth.login')
      .locator('[data-body]')
      .fill(JSON.stringify({ usernameOrEmail: 'root', password }))
    expect((await send(page, 'Rest.Auth.login')).status).toBe('200')
    await page.getByRole('button', { name: 'Use this token' }).click()
    await page.getByText('root, 60 min').waitFor()
    await close()
  })

  it('shows what comes back as text, whatever it is', async () => {
    const { page, close } = await open()
    await logIn(page, 'rpc', 'root', password)
    await page.getByText('root, 60 min').waitFor()
    await send(page, 'Rpc.Users.list')
    const result = faceOf(page, 'Rpc.Users.list').locator('.result')
    await expect.poll(() => result.innerText()).toContain('<b>bold</b>')
    await expect.poll(() => result.locator('b').count()).toBe(0)
    await close()
  })

  it('that cannot be sent says why, and can be mended', async () => {
    const { page, said, close } = await open()
    const face = faceOf(page, 'Rpc.Users.list')
    await face.locator('.try > summary').click()
    await face.locator('.try details summary').first().click()
    await face.locator('[name="X-Request-Id"]').fill('请求')
    await face.getByRole('button', { name: 'Send' }).click()
    await face.locator('.result .problem').getByText('X-Request-Id cannot be sent').waitFor()
    await expect.poll(() => face.getByRole('button', { name: 'Send' }).isEnabled()).toBe(true)
    await face.locator('[name="X-Request-Id"]').fill('mended')
    expect((await send(page, 'Rpc.Users.list')).status).toBe('401')
    expect(said.filter((each) => !each.includes('401'))).toEqual([])
    await close()
  })

  it('says so when the service does not answer', async () => {
    const { page, close } = await open()
    await page.context().setOffline(true)
    await faceOf(page, 'Rpc.Users.list').locator('.try > summary').click()
    await faceOf(page, 'Rpc.Users.list').getByRole('button', { name: 'Send' }).click()
    await page.getByText(`No answer from ${service.url}`).waitFor()
    await close()
  })
})

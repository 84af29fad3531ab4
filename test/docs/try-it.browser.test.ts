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

describe.each(['rpc', 'rest'] as const)('a login through the box, in the %s style', (style) => {
  it('lists users in both styles, then logs out', async () => {
    const { page, said, foreign, close } = await open()
    await logIn(page, style, 'root', password)
    await page.getByText('root, 60 min').waitFor()
    const rpc = await send(page, 'Rpc.Users.list')
    expect(rpc.status).toBe('200')
    expect(rpc.body.users.map((user: any) => user.username)).toContain('mond')
    const rest = await send(page, 'Rest.Users.list')
    expect(rest.status).toBe('200')
    expect(rest.body.data.map((user: any) => user.fullName)).toContain('月亮')
    expect(said).toEqual([])
    expect(foreign).toEqual([])

    const token = await page.evaluate<string>(`sessionStorage.getItem('janus.token').split(' ')[1]`)
    expect((await service.call('GET', '/auth/profile', { token })).status).toBe(200)
    await page.locator('[data-token]').click()
    await page.getByText(/root \(super_admin\), until/).waitFor()
    const ended = page.waitForResponse((response) => response.url().endsWith('/auth/logout'))
    await page.getByRole('button', { name: 'Log out' }).click()
    expect((await ended).status()).toBe(200)
    expect((await service.call('GET', '/auth/profile', { token })).status).toBe(401)
    await page.getByRole('button', { name: 'Log in' }).first().waitFor()
    await expect.poll(() => page.evaluate(`sessionStorage.getItem('janus.token')`)).toBe(null)
    await close()
  })
})

describe('the token box', () => {
  it('shows why a login is refused, and keeps no password anywhere', async () => {
    const { page, close } = await open()
    await logIn(page, 'rpc', 'root', 'not the password')
    await page.getByText('INVALID_CREDENTIALS: invalid credentials').waitFor()
    await page.locator('[data-log-in]').getByLabel('Password').fill(password)
    await page.locator('[data-log-in]').getByRole('button', { name: 'Log in' }).click()
    await page.getByText('root, 60 min').waitFor()
    const kept = await page.evaluate<string>('JSON.stringify({ ...sessionStorage, ...localStorage }) + location.href')
    expect(kept).not.toContain(password)
    await expect.poll(() => page.evaluate('Object.keys(sessionStorage)')).toEqual(['janus.token'])
    await expect.poll(() => page.evaluate('JSON.stringify({ ...localStorage })')).not.toContain('ey')
    await page.locator('[data-token]').click()
    await expect.poll(() => page.locator('[name="password"]').inputValue()).toBe('')
    await close()
  })

  it('takes a token that somebody has, over the pages, until the tab is closed', async () => {
    const { access_token: token } = await service.login('root')
    const { page, close } = await open()
    await page.locator('[data-token]').click()
    await page.getByLabel('Access token').fill(`Bearer ${token}\n`)
    await page.getByRole('button', { name: 'Use this token' }).click()
    await page.getByText('root, 60 min').waitFor()
    await page.goto(`${service.url}/docs/errors`)
    await page.getByText('root, 60 min').waitFor()
    await page.goto(`${service.url}/docs/`)
    expect((await send(page, 'Rpc.Auth.me')).body.user.username).toBe('root')
    const other = await openTab(browser, [service.url])
    await other.page.goto(`${service.url}/docs/`)
    await expect.poll(() => other.page.locator('[data-who]').innerText()).toBe('Log in')
    await other.close()
    await close()
  })

  it('refuses what could not stand in a header', async () => {
    const { page, said, close } = await open()
    await page.locator('[data-token]').click()
    await page.getByLabel('Access token').fill('two words')
    await page.getByRole('button', { name: 'Use this token' }).click()
    await page.getByText('That is no token').waitFor()
    expect(said).toEqual([])
    await close()
  })
})

describe('a log-out', () => {
  it('that does not reach the service says so, and can be tried again', async () => {
    const { page, close } = await open()
    await logIn(page, 'rpc', 'root', password)
    await page.getByText('root, 60 min').waitFor()
    const token = await page.evaluate<string>(`sessionStorage.getItem('janus.token').split(' ')[1]`)
    await page.locator('[data-token]').click()
    await page.context().setOffline(true)
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByText(`The session has not ended. Nothing answers at ${service.url}.`).waitFor()
    await expect.poll(() => page.locator('[data-who]').innerText()).toBe('root, 60 min')
    expect((await service.call('GET', '/auth/profile', { token })).status).toBe(200)
    await page.context().setOffline(false)
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.locator('[data-who]').getByText('Log in').waitFor()
    await expect.poll(() => page.locator('[data-problem]').innerText()).toBe('')
    expect((await service.call('GET', '/auth/profile', { token })).status).toBe(401)
    await close()
  })

  it('of a session that has ended already forgets the token', async () => {
    const { access_token: token } = await service.login('root')
    const { page, close } = await open()
    await page.locator('[data-token]').click()
    await page.getByLabel('Access token').fill(token)
    await page.getByRole('button', { name: 'Use this token' }).click()
    await service.call('POST', '/auth/logout', { token })
    await page.locator('[data-token]').click()
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.locator('[data-who]').getByText('Log in').waitFor()
    await close()
  })
})

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

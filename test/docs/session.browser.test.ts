import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'
import { logIn, openBrowser, openTab, send, type Tab } from './browser.ts'

let service: Service
let browser: Browser
let tab: Tab

beforeAll(async () => {
  service = await startService()
  browser = await openBrowser()
  await service.makeUser({ username: 'root', role: 'super_admin' })
  await service.makeUser({ username: 'mond', fullName: '月亮' })
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

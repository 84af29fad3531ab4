import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, openTab, type Tab } from '../../../test/docs/browser.ts'
import { password, type Service, startService } from '../../../test/support/service.ts'
import { servePage } from './page.ts'

let site: Awaited<ReturnType<typeof servePage>>
let service: Service
let browser: Browser

beforeAll(async () => {
  site = await servePage()
  service = await startService({ corsOrigins: [site.url] })
  site.for(service.url)
  browser = await openBrowser()
  await service.makeUser({ username: 'root', role: 'admin' })
  for (let i = 1; i <= 130; i++)
    await service.makeUser({ username: `star-${String(i).padStart(3, '0')}`, fullName: `<i>${i}</i>` })
})
afterAll(async () => {
  await browser?.close()
  await service?.close()
  site?.close()
})

async function open(): Promise<Tab> {
  const tab = await openTab(browser, [service.url, site.url])
  await tab.page.goto(site.url)
  return tab
}

async function logIn(page: Page, username = 'root', secret = password) {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(secret)
  await page.getByRole('button', { name: 'Log in' }).click()
}

const status = (page: Page) => page.getByRole('status')
const alert = (page: Page) => page.getByRole('alert')

async function endSessions(username: string) {
  const { token } = await service.as('super_admin')
  const { body } = await service.call('GET', `/users?search=${username}`, { token })
  await service.call('POST', `/users:update?id=${body.data[0].id}`, { token, json: { action: 'revoke_sessions' } })
}

/** Paths that a page asks the service for, from now on, without preflights. */
function asked(page: Page): string[] {
  const paths: string[] = []
  page.on('request', (request) => {
    const { origin, pathname, search } = new URL(request.url())
    if (origin === service.url && request.method() !== 'OPTIONS') paths.push(pathname + search)
  })
  return paths
}

describe('the page', () => {
  it('logs in, and shows everyone while they come, page by page', async () => {
    const { page, said, foreign, close } = await open()
    const paths = asked(page)
    const held: (() => void)[] = []
    await page.route(/[?&]after=/, async (route) => {
      await new Promise<void>((resolve) => held.push(resolve))
      await route.continue()
    })
    await logIn(page)
    await status(page).getByText('50 so far').waitFor()
    await expect.poll(() => held.length).toBe(1)
    expect(await page.locator('#rows tr').count()).toBe(50)
    held.pop()?.()
    await expect.poll(() => held.length).toBe(1)
    held.pop()?.()
    await status(page)
      .getByText(/^131 users$/)
      .waitFor()
    const names = await page.locator('#rows td:first-child').allInnerTexts()
    expect(new Set(names).size).toBe(131)
    // Text of users is text.
    expect(await page.locator('#rows i').count()).toBe(0)
    expect(paths.filter((path) => path.startsWith('/users'))).toHaveLength(3)
    expect(said).toEqual([])
    expect(foreign).toEqual([])
    await close()
  })

  it('gives up a search for the next one', async () => {
    const { page, said, close } = await open()
    await logIn(page)
    await status(page)
      .getByText(/^131 users$/)
      .waitFor()
    let release = () => {}
    const slow = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route(/search=star-0$/, (route) => slow.then(() => route.continue()).catch(() => {}))
    await page.getByLabel('Search').fill('star-0')
    await status(page).getByText('Searching').waitFor()
    await page.getByLabel('Search').fill('star-12')
    await status(page)
      .getByText(/^10 users$/)
      .waitFor()
    release()
    await page.getByLabel('Search').fill('star-121')
    await status(page).getByText('One user').waitFor()
    expect(await page.locator('#rows td:first-child').allInnerTexts()).toEqual(['star-121'])
    expect(said).toEqual([])
    await close()
  })

  it('sends the visitor to the form when the session was ended, with a message', async () => {
    const { page, close } = await open()
    await logIn(page)
    await status(page)
      .getByText(/^131 users$/)
      .waitFor()
    await endSessions('root')
    await page.getByLabel('Search').fill('star')
    await alert(page).getByText('Your session has ended. Log in again.').waitFor()
    expect(await page.getByLabel('Search').isVisible()).toBe(false)
    expect(await page.locator('#rows tr').count()).toBe(0)
    expect(await page.evaluate('JSON.stringify({ ...localStorage })')).toBe('{}')
    await logIn(page)
    await status(page)
      .getByText(/^\d+ users$/)
      .waitFor()
    await close()
  })

  it('says why a login is refused or a list not shown, and keeps no password', async () => {
    await service.makeUser({ username: 'plain', role: 'user' })
    const { page, close } = await open()
    await logIn(page, 'plain', 'wrong password')
    await alert(page).getByText('Wrong username or password').waitFor()
    await logIn(page, 'plain')
    await status(page).getByText('Your role may not do this').waitFor()
    const kept = await page.evaluate<string>('JSON.stringify({ ...localStorage, ...sessionStorage })')
    expect(kept).toContain('accessToken')
    expect(kept).not.toContain(password)
    expect(await page.locator('[name=password]').inputValue()).toBe('')
    await close()
  })
})

describe('two tabs', () => {
  async function twoTabs() {
    const tab = await open()
    await logIn(tab.page)
    await status(tab.page)
      .getByText(/users$/)
      .waitFor()
    const other = await tab.page.context().newPage()
    await other.goto(site.url)
    // It is logged in already.
    await status(other)
      .getByText(/users$/)
      .waitFor()
    return { one: tab.page, other, close: tab.close }
  }

  it('share a session and refresh it once', async () => {
    const { one, other, close } = await twoTabs()
    const paths = [asked(one), asked(other)]
    service.clock.advance(3700)
    await Promise.all([one.getByLabel('Search').fill('star-01'), other.getByLabel('Search').fill('star-02')])
    await status(one)
      .getByText(/^10 users$/)
      .waitFor()
    await status(other)
      .getByText(/^10 users$/)
      .waitFor()
    expect(paths.flat().filter((path) => path === '/auth/refresh')).toHaveLength(1)
    // Each was refused once, or came after the refresh.
    expect(paths.flat().filter((path) => path.startsWith('/users')).length).toBeLessThanOrEqual(4)
    await close()
  })

  it('see that one of them has logged out', async () => {
    const { one, other, close } = await twoTabs()
    await one.getByRole('button', { name: 'Log out' }).click()
    await alert(one).getByText('You have logged out.').waitFor()
    await other.getByLabel('Search').fill('star')
    await alert(other).getByText('You have logged out.').waitFor()
    await one.reload()
    await one.getByRole('button', { name: 'Log in' }).waitFor()
    await close()
  })
})

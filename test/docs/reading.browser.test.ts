import type { Browser, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Service, startService } from '../support/service.ts'
import { faceOf, openBrowser, openTab, type Tab } from './browser.ts'

let service: Service
let browser: Browser

beforeAll(async () => {
  service = await startService()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await service?.close()
})

async function reference(query = '', options = {}): Promise<Tab> {
  const tab = await openTab(browser, [service.url], options)
  await tab.page.goto(`${service.url}/docs/${query}`)
  return tab
}

const rpc = 'Rpc.Users.create'
const rest = 'Rest.Users.create'

describe('the switch between the styles', () => {
  it('shows both side by side, level with each other, or one alone, and is remembered', async () => {
    const { page, close } = await reference()
    const tops = async () => [
      await faceOf(page, rpc).locator('.request').boundingBox(),
      await faceOf(page, rest).locator('.request').boundingBox(),
    ]
    const [left, right] = await tops()
    expect(left?.y).toBe(right?.y)
    expect(left?.x).toBeLessThan(right?.x ?? 0)
    await page.locator('[data-style-choice="rest"]').click()
    await expect.poll(() => faceOf(page, rpc).isVisible()).toBe(false)
    await expect.poll(() => faceOf(page, rest).isVisible()).toBe(true)
    await page.reload()
    await expect.poll(() => faceOf(page, rpc).isVisible()).toBe(false)
    await page.locator('[data-style-choice="rpc"]').click()
    await expect.poll(() => faceOf(page, rpc).isVisible()).toBe(true)
    await expect.poll(() => faceOf(page, rest).isVisible()).toBe(false)
    await page.locator('[data-style-choice="all"]').click()
    await expect.poll(() => faceOf(page, rest).isVisible()).toBe(true)
    await close()
  })

  it('keeps what is being read in view', async () => {
    const { page, close } = await reference('#update-a-user-reset-a-password-revoke-sessions-unlock')
    for (const style of ['rpc', 'all', 'rest']) {
      await page.locator(`[data-style-choice="${style}"]`).click()
      const box = await page.locator('#update-a-user-reset-a-password-revoke-sessions-unlock h3').boundingBox()
      expect(box?.y).toBeGreaterThan(0)
      expect(box?.y).toBeLessThan(450)
    }
    await close()
  })

  it('is set by the address too', async () => {
    const { page, close } = await reference('?style=rest')
    await expect.poll(() => faceOf(page, rpc).isVisible()).toBe(false)
    await expect.poll(() => page.locator('[data-style-choice="rest"]').getAttribute('aria-pressed')).toBe('true')
    await close()
  })

  it('yields to an address that names an operation of the other style', async () => {
    const { page, close } = await reference(`?style=rpc#${rest}`)
    await page.waitForFunction(`document.getElementById('${rest}').checkVisibility()`)
    await expect.poll(async () => (await faceOf(page, rest).boundingBox())?.y).toBeLessThan(450)
    await close()
  })

  it('has two choices on a narrow screen, which shows one style at a time', async () => {
    const { page, close } = await reference('', { viewport: { width: 360, height: 740 } })
    await expect.poll(() => page.locator('[data-style-choice="all"]').isVisible()).toBe(false)
    await expect.poll(() => faceOf(page, rpc).isVisible()).toBe(true)
    await expect.poll(() => faceOf(page, rest).isVisible()).toBe(false)
    await page.locator('[data-style-choice="rest"]').click()
    await expect.poll(() => faceOf(page, rest).isVisible()).toBe(true)
    await close()
  })
})

describe('search', () => {
  it('finds reset_password and leads to the update of users', async () => {
    const { page, said, close } = await reference()
    await page.keyboard.press('/')
    await page.keyboard.type('reset_password')
    await page.locator('#hits [role="option"]').first().waitFor()
    await expect.poll(() => page.locator('#hits [role="option"]').first().innerText()).toContain('POST /users:update')
    await page.keyboard.press('Enter')
    expect(page.url()).toBe(`${service.url}/docs/#Rpc.Users.update`)
    await expect.poll(() => page.locator('#search').isVisible()).toBe(false)
    await expect.poll(async () => (await faceOf(page, 'Rpc.Users.update').boundingBox())?.y).toBeLessThan(450)
    expect(said).toEqual([])
    await close()
  })

  it('opens from every page, walks with the arrows and closes with escape', async () => {
    const { page, close } = await openTab(browser, [service.url])
    await page.goto(`${service.url}/docs/limits`)
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('combobox').fill('email')
    await page.locator('#hits [role="option"]').nth(2).waitFor()
    const chosen = () => page.locator('[role="option"][aria-selected="true"]').getAttribute('id')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => chosen()).toBe('hit-1')
    await expect.poll(() => page.getByRole('combobox').getAttribute('aria-activedescendant')).toBe('hit-1')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('#search').isVisible()).toBe(false)
    await close()
  })

  it.each([
    ['AUTH_006', 'errors#AUTH_006'],
    ['USERNAME_EXISTS', 'errors#USERNAME_EXISTS'],
    ['/users:list', '#Rpc.Users.list'],
    ['Rest.Users.stats', '#Rest.Users.stats'],
    ['sortBy', '#Rest.Users.list'],
    ['permissions', 'permissions'],
    ['Retry-After', 'limits#header-Retry-After'],
  ])('finds %s', async (words, target) => {
    const { page, close } = await reference()
    await page.keyboard.press('Control+k')
    await page.keyboard.type(words)
    await page.locator('#hits [role="option"]').first().waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(`${service.url}/docs/${target}`)
    await close()
  })

  it.each([
    ['cannot be reached', (route: Route) => route.abort()],
    ['is answered with a failure', (route: Route) => route.fulfill({ status: 503, json: [] })],
  ])('says so when its index %s, and tries again at the next key', async (_, fail) => {
    const { page, said, close } = await reference()
    await page.route('**/search.json', fail)
    await page.keyboard.press('/')
    await page.getByText('The index could not be fetched').waitFor()
    await page.unroute('**/search.json')
    await page.keyboard.type('reset_password')
    await page.locator('#hits [role="option"]').first().waitFor()
    await expect.poll(() => page.locator('.search-empty').innerText()).toBe('')
    expect(said.filter((each) => !each.includes('Failed to load resource'))).toEqual([])
    await close()
  })

  it('says so when there is nothing, and takes no text for markup', async () => {
    const { page, close } = await reference()
    await page.keyboard.press('/')
    await page.keyboard.type('<img src=x>')
    await page.getByText('Nothing has these words.').waitFor()
    await close()
  })
})

describe.each(['#%', '#%E0%A4%A', '#%zz'])('an address that ends in %s', (hash) => {
  it('names nothing, and does no harm', async () => {
    const { page, said, close } = await reference(hash)
    // The last thing that the scripts do.
    await page.locator('[data-theme-choice="system"][aria-pressed="true"]').waitFor({ state: 'attached' })
    await page.evaluate(`location.hash = '#create-a-user'`)
    await page.evaluate(`location.hash = '${hash}'`)
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 50))')
    expect(said).toEqual([])
    await close()
  })
})

describe('the pages below the reference', () => {
  it('find a failure by a word of it', async () => {
    const { page, close } = await openTab(browser, [service.url])
    await page.goto(`${service.url}/docs/errors`)
    await page.getByLabel('Find a failure').fill('AUTH_006')
    await expect
      .poll(() => page.locator('.situation:visible').allInnerTexts())
      .toEqual([expect.stringContaining('USERNAME_EXISTS')])
    await page.getByLabel('Find a failure').fill('')
    await expect.poll(() => page.locator('.situation:visible').count()).toBeGreaterThan(30)
    await close()
  })

  it('mark the section that is being read', async () => {
    const { page, close } = await reference('#get-a-user')
    await page.waitForFunction(`document.querySelector('.anchors [aria-current]')?.textContent === 'Get a user'`)
    await close()
  })
})

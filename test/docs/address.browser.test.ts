import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { faceOf, logIn, openBrowser, openTab, send, type Tab } from './browser.ts'
import { type SmallServer, servePages, serveToken } from './files.ts'

let pages: Awaited<ReturnType<typeof servePages>>
let first: SmallServer
let second: SmallServer
let browser: Browser

beforeAll(async () => {
  pages = await servePages()
  first = await serveToken('token-of-the-first')
  second = await serveToken('token-of-the-second')
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  for (const server of [pages, first, second]) server?.close()
})
beforeEach(() => {
  for (const server of [pages, first, second]) server.asked.length = 0
})

const sample = 'http://127.0.0.1:6006'

async function open(): Promise<Tab> {
  const tab = await openTab(browser, [pages.origin, first.origin, second.origin])
  await tab.page.goto(pages.page(''))
  return tab
}

async function giveAddress(page: Page, address: string): Promise<void> {
  const box = page.locator('#token')
  if (!(await box.isVisible())) await page.locator('[data-token]').click()
  await page.getByLabel('Address of the service').fill(address)
  await page.keyboard.press('Tab')
}

async function closeBox(page: Page): Promise<void> {
  await page.locator('#token [data-close]').click()
}

async function press(page: Page, operationId: string): Promise<string> {
  const face = faceOf(page, operationId)
  await face.locator('.try > summary').click()
  await face.getByRole('button', { name: 'Send' }).click()
  return face.locator('.result .problem').innerText()
}

function sampleOf(page: Page): Promise<string | null> {
  return faceOf(page, 'Rpc.Users.list').locator('[data-address]').first().textContent()
}

describe('pages that have not been told where the service is', () => {
  it('send a password to nobody, least of all to their own host', async () => {
    const { page, close } = await open()
    await logIn(page, 'rpc', 'root', 'secret')
    const problem = page.locator('#token').getByText('Name the address of the service first')
    await problem.waitFor()
    await page.setViewportSize({ width: 1024, height: 600 })
    await page.locator('[data-log-in]').getByRole('button', { name: 'Log in' }).click()
    // In sight, though the box is higher than the window.
    await problem.waitFor()
    await expect.poll(() => problem.evaluate((shown: any) => shown.getBoundingClientRect().bottom)).toBeLessThan(600)
    await page.getByLabel('Access token').fill('some-token')
    await page.getByRole('button', { name: 'Use this token' }).click()
    await page.locator('#token').getByText('Name the address of the service first').waitFor()
    await closeBox(page)
    expect(await press(page, 'Rpc.Auth.login')).toContain('Name the address of the service first')
    await expect.poll(() => sampleOf(page)).toBe(sample)
    expect(pages.asked.filter(({ method, path }) => method !== 'GET' || !path.startsWith('/some/where/'))).toEqual([])
    await close()
  })

  it.each([
    'localhost:6006',
    '127.0.0.1:6006',
    'ftp://127.0.0.1',
    'http://',
    'http://a/b',
    'http://a?b',
    'http://a:b@c',
  ])('take no %s for an address, and say so at the field', async (address) => {
    const { page, close } = await open()
    await giveAddress(page, first.origin)
    await giveAddress(page, address)
    const field = page.getByLabel('Address of the service')
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true')
    const described = page.locator(`[id="${await field.getAttribute('aria-describedby')}"]`)
    await expect.poll(() => described.innerText()).toContain('no address of a service')
    await expect.poll(() => sampleOf(page)).toBe(sample)
    await closeBox(page)
    await logIn(page, 'rest', 'root', 'secret')
    await page.locator('#token').getByText('Name the address of the service first').waitFor()
    expect([...first.asked, ...pages.asked.filter(({ method }) => method !== 'GET')]).toEqual([])
    await giveAddress(page, first.origin)
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('false')
    await expect.poll(() => described.innerText()).toBe('')
    await expect.poll(() => sampleOf(page)).toBe(first.origin)
    await close()
  })

  it('trust no address that was kept by something else', async () => {
    const { page, close } = await open()
    await page.evaluate(`sessionStorage.setItem('janus.address', 'javascript:0')`)
    await page.reload()
    expect(await press(page, 'Rpc.Auth.login')).toContain('Name the address of the service first')
    await close()
  })
})

describe('a token', () => {
  it('is sent to the service that gave it and to no other, though the address changes', async () => {
    const { page, close } = await open()
    await giveAddress(page, first.origin)
    await closeBox(page)
    await logIn(page, 'rpc', 'root', 'secret')
    await page.getByText('Some token').waitFor()
    await send(page, 'Rpc.Users.list')
    expect(first.asked).toEqual([
      { method: 'POST', path: '/auth:login', authorization: undefined },
      { method: 'GET', path: '/users:list', authorization: 'Bearer token-of-the-first' },
    ])

    await giveAddress(page, second.origin)
    await expect.poll(() => page.locator('[data-who]').innerText()).toBe('Log in')
    await closeBox(page)
    await send(page, 'Rpc.Users.list')
    await page.reload()
    await send(page, 'Rpc.Users.list')
    const unsigned = { method: 'GET', path: '/users:list', authorization: undefined }
    expect(second.asked).toEqual([unsigned, unsigned])

    // Dropped, not hidden: it does not come back with the address.
    await giveAddress(page, first.origin)
    await closeBox(page)
    await send(page, 'Rpc.Users.list')
    expect(first.asked.at(-1)).toEqual(unsigned)
    await close()
  })

  it('survives a reload, and another spelling of the same address', async () => {
    const { page, close } = await open()
    await giveAddress(page, first.origin)
    await closeBox(page)
    await logIn(page, 'rpc', 'root', 'secret')
    await page.getByText('Some token').waitFor()
    await giveAddress(page, `${first.origin.replace('http', 'HTTP')}/`)
    await page.reload()
    await send(page, 'Rpc.Users.list')
    expect(first.asked.at(-1)?.authorization).toBe('Bearer token-of-the-first')
    await close()
  })

  it('of another origin that lies in the tab is not used', async () => {
    const { page, close } = await open()
    await giveAddress(page, second.origin)
    await page.evaluate(`sessionStorage.setItem('janus.token', '${first.origin} token-of-the-first')`)
    await page.reload()
    await send(page, 'Rpc.Users.list')
    expect(second.asked.map(({ authorization }) => authorization)).toEqual([undefined])
    await close()
  })

  it('that an answer offers stays with the service that gave it', async () => {
    const { page, close } = await open()
    await giveAddress(page, first.origin)
    await closeBox(page)
    await send(page, 'Rpc.Users.list')
    await giveAddress(page, second.origin)
    await closeBox(page)
    await faceOf(page, 'Rpc.Users.list').getByRole('button', { name: 'Use this token' }).click()
    await send(page, 'Rpc.Users.list')
    expect(second.asked.map(({ authorization }) => authorization)).toEqual([undefined])
    await close()
  })
})

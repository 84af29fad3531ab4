import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type LaunchOptions, type Page } from 'playwright-core'

export interface Tab {
  readonly page: Page
  /** What the page said on the console or threw, each as `error: …` or `warning: …`. */
  readonly said: string[]
  /** Addresses that the page asked for outside the given origins; they were refused. */
  readonly foreign: string[]
  close(): Promise<void>
}

/** The Chromium of the run, as if it were one's own: what is closed is the connection. */
export function openBrowser(): Promise<Browser> {
  const endpoint = process.env.JANUS_TEST_BROWSER
  return endpoint ? chromium.connect(endpoint) : chromium.launch(chromiumOptions())
}

/** For the project of the tests with a browser: one Chromium for all of them. */
export async function setup(): Promise<() => Promise<void>> {
  const server = await chromium.launchServer(chromiumOptions())
  process.env.JANUS_TEST_BROWSER = server.wsEndpoint()
  return () => server.close()
}

/** Chromium without a window of its own takes half the work of the whole browser. */
const installed = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']

/** Real Chromium: that of `CHROMIUM_PATH`, or the system's. */
function chromiumOptions(): LaunchOptions {
  const executablePath = process.env.CHROMIUM_PATH ?? installed.find(existsSync)
  if (executablePath === undefined || !existsSync(executablePath))
    throw new Error(
      `There is no Chromium at ${executablePath ?? installed.join(' or ')}: ` +
        'apt-get install chromium-headless-shell, or name one in CHROMIUM_PATH.',
    )
  return {
    executablePath,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Chromium's sandbox does not start as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  }
}

/** A tab in a fresh context, which can reach these origins and nothing else. */
export async function openTab(
  browser: Browser,
  origins: readonly string[],
  options: BrowserContextOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  context.setDefaultTimeout(20_000)
  const foreign: string[] = []
  await context.route('**', (route) => {
    const url = new URL(route.request().url())
    if (url.protocol === 'data:' || origins.includes(url.origin)) return route.continue()
    foreign.push(url.href)
    return route.abort()
  })
  const page = await context.newPage()
  const said: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) said.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => said.push(`error: ${error.message}`))
  return { page, said, foreign, close: () => context.close() }
}

export const pageNames = [
  '',
  'permissions',
  'twins',
  'errors',
  'limits',
  'clients',
  'security',
  'coverage',
  'changelog',
] as const

/** The part of the reference that is about one operation. */
export function faceOf(page: Page, operationId: string) {
  return page.locator(`[id="${operationId}"]`)
}

/** Logs in by the box at the top. */
export async function logIn(page: Page, style: 'rpc' | 'rest', username: string, password: string): Promise<void> {
  await page.locator('[data-token]').click()
  const form = page.locator('[data-log-in]')
  await form.getByText(style.toUpperCase()).click()
  await form.getByLabel('Username').fill(username)
  await form.getByLabel('Password').fill(password)
  await form.getByRole('button', { name: 'Log in' }).click()
}

/** Sends the form of an operation as it stands: the status that is shown, and the body. */
export async function send(page: Page, operationId: string): Promise<{ status: string; body: any }> {
  const face = faceOf(page, operationId)
  const form = face.locator('[data-try]')
  if (!(await form.isVisible())) await face.locator('.try > summary').click()
  await form.locator('[data-result]').evaluate((result: any) => result.replaceChildren())
  await form.getByRole('button', { name: 'Send' }).click()
  await form.locator('.result .status').waitFor()
  const status = await form.locator('.result .status').innerText()
  const body = await form.locator('.result pre').first().innerText()
  return { status, body: JSON.parse(body) }
}

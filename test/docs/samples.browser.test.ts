import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleAddress, samplesOf } from '../../packages/reading-room/samples.ts'
import { readSources } from '../../src/docs/sources.ts'
import { type Service, startService } from '../support/service.ts'
import { faceOf, openBrowser, openTab, type Tab } from './browser.ts'
import { projectWithClient } from './client-package.ts'

const run = promisify(execFile)
const { contract } = readSources()

let service: Service
let browser: Browser
let tab: Tab
let token: string

beforeAll(async () => {
  service = await startService()
  browser = await openBrowser()
  ;({ token } = await service.as('super_admin', { username: 'root' }))
  tab = await openTab(browser, [service.url], { permissions: ['clipboard-read', 'clipboard-write'] })
  await tab.page.goto(`${service.url}/docs/`)
})
afterAll(async () => {
  await browser?.close()
  await service?.close()
})

const languages = [
  { language: 'curl', execute: (code: string) => run('bash', ['-c', code], environment()) },
  {
    language: 'JavaScript',
    execute: (code: string) => run(process.execPath, ['--input-type=module', '-e', code], environment()),
  },
  { language: 'Python', execute: (code: string) => run('python3', ['-c', code], environment()) },
] as const

function environment() {
  return { env: { PATH: process.env.PATH, ACCESS_TOKEN: token } }
}

/** The sample as a reader copies it. */
async function copied(operationId: string, language: string): Promise<string> {
  const sample = faceOf(tab.page, operationId).locator('.tabs[data-tabs="language"]')
  await sample.getByRole('tab', { name: language }).click()
  await sample.locator('.code:visible').hover()
  await sample.locator('.copy:visible').click()
  await sample.locator('.copy:visible', { hasText: 'Copied' }).waitFor()
  return tab.page.evaluate<string>('navigator.clipboard.readText()')
}

describe.each(languages)('the $language sample', ({ language, execute }) => {
  it.each(['Rpc.Users.list', 'Rest.Users.list', 'Rest.Users.stats', 'Rpc.Auth.me'])(
    'of %s works as it is copied',
    async (operationId) => {
      const { stdout } = await execute(await copied(operationId, language))
      expect(stdout).toMatch(operationId.endsWith('stats') ? /totalUsers/ : /root/)
    },
  )

  it.each([
    ['Rpc.Users.create', 'user created successfully'],
    ['Rest.Users.create', '用户创建成功'],
  ])('of %s sends its body as JSON', async (operationId, message) => {
    await service.knex('users').whereNot({ username: 'root' }).del()
    const { stdout } = await execute(await copied(operationId, language))
    expect(stdout).toContain(message)
  })
})

it.each([
  ['Rpc.Users.create', "username: 'moonuser'"],
  ['Rest.Users.create', "fullName: '新用户'"],
])('the sample of %s with the client works as it is copied', async (operationId, said) => {
  await service.knex('users').whereNot({ username: 'root' }).del()
  const project = await projectWithClient()
  expect(await project.run(await copied(operationId, 'Client'), { ACCESS_TOKEN: token })).toContain(said)
  await project.close()
})

describe('a body with everything that JSON has', () => {
  const body = {
    "it's": 'a "quote", a \\ and a 月 $HOME `x`',
    yes: true,
    no: false,
    nothing: null,
    list: [1, -2.5, []],
    none: {},
  }
  const endpoint = {
    id: 'Rpc.Echo',
    style: { name: 'rpc', title: 'RPC', colour: 'style-1' },
    method: 'POST',
    path: '/echo',
    operation: { operationId: 'Rpc.Echo', responses: {} },
    parameters: [],
    needsToken: false,
    roles: undefined,
  }

  it.each(languages)('arrives whole from the $language sample', async ({ language, execute }) => {
    const arrived: string[] = []
    const echo = createServer(async (request, response) => {
      arrived.push(await text(request))
      response.end('{}')
    })
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', () => resolve()))
    const sample = samplesOf(contract, endpoint, body)[language]
    await execute(sample.replace(sampleAddress, `http://127.0.0.1:${(echo.address() as AddressInfo).port}`))
    echo.close()
    expect(arrived.map((each) => JSON.parse(each))).toEqual([body])
  })
})

it('a language that is chosen once is chosen everywhere, and remembered', async () => {
  const chosen = (operationId: string) =>
    faceOf(tab.page, operationId).locator('.tabs[data-tabs="language"] [aria-selected="true"]').innerText()
  await faceOf(tab.page, 'Rpc.Users.list').getByRole('tab', { name: 'Python' }).click()
  await expect.poll(() => chosen('Rest.Users.create')).toBe('Python')
  await tab.page.reload()
  await expect.poll(() => chosen('Rest.Users.create')).toBe('Python')
})

it('tabs walk with the arrows', async () => {
  const tabs = faceOf(tab.page, 'Rpc.Users.list').locator('.tabs[data-tabs="language"]')
  await tabs.getByRole('tab', { name: 'curl' }).click()
  await tab.page.keyboard.press('ArrowRight')
  await expect.poll(() => tabs.locator('[aria-selected="true"]').innerText()).toBe('JavaScript')
  await expect.poll(() => tabs.getByRole('tabpanel').filter({ visible: true }).innerText()).toContain('await fetch')
})

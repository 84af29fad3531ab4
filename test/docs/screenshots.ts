import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { setup } from '../support/server.ts'
import { password, startService } from '../support/service.ts'
import { faceOf, logIn, openBrowser, openTab, send } from './browser.ts'

// node test/docs/screenshots.ts [folder]: the pictures of the README, from a service with some
// people in it.
const [, , folder = 'docs/images'] = process.argv

interface Picture {
  readonly name: string
  readonly path: string
  readonly options?: BrowserContextOptions
  readonly prepare?: (page: Page) => Promise<void>
}

const wide = { width: 1440, height: 900 }
const pictures: readonly Picture[] = [
  { name: 'reference', path: '#create-a-user', options: { viewport: wide } },
  {
    name: 'try-it',
    path: '?style=rest#list-users',
    options: { viewport: wide, colorScheme: 'dark' },
    prepare: async (page) => {
      await logIn(page, 'rest', 'admin', password)
      await page.getByText('admin, 60 min').waitFor()
      await send(page, 'Rest.Users.list')
      await faceOf(page, 'Rest.Users.list')
        .locator('.actions')
        .evaluate((actions: any) => actions.scrollIntoView())
    },
  },
  { name: 'twins', path: 'twins#log-in', options: { viewport: wide } },
  { name: 'permissions', path: 'permissions', options: { viewport: wide } },
  { name: 'errors', path: 'errors', options: { viewport: wide, colorScheme: 'dark' } },
  {
    name: 'narrow',
    path: '?style=rpc#list-users',
    options: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 },
  },
]

// The moments of the contract's own examples.
const made = (second: number) => ({ createdAt: new Date(`2026-02-11T02:37:${second}Z`) })
const closeServer = await setup()
const service = await startService()
await service.makeUser({
  ...made(10),
  username: 'admin',
  email: 'admin@example.com',
  fullName: '系统管理员',
  role: 'super_admin',
})
await service.makeUser({
  ...made(11),
  username: 'moonuser',
  email: 'moonuser@example.com',
  fullName: '月亮',
  role: 'manager',
})
await service.makeUser({ ...made(12), username: 'newuser', email: 'newuser@example.com', fullName: '新用户' })
const browser = await openBrowser()
await mkdir(folder, { recursive: true })
for (const { name, path, options, prepare } of pictures) {
  const tab = await openTab(browser, [service.url], options)
  await tab.page.goto(`${service.url}/docs/${path}`, { waitUntil: 'networkidle' })
  await prepare?.(tab.page)
  const file = join(folder, `${name}.png`)
  await tab.page.screenshot({ path: file })
  process.stdout.write(`${file} ${Math.ceil((await stat(file)).size / 1024)} kB\n`)
  await tab.close()
}
await browser.close()
await service.close()
await closeServer()

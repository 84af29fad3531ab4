import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import { type PrefixProxy, startPrefixProxy } from '../support/prefix-proxy.ts'
import { cleanUp, start, urlOf } from './janus.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
let proxy: PrefixProxy

beforeAll(async () => {
  database = await freshDatabase()
  proxy = await startPrefixProxy('/a/user-service')
})
afterAll(async () => {
  await cleanUp()
  proxy.close()
  await database.close()
})

it('a start with PUBLIC_URL shows that address, also in the lines to paste, and where the proxy finds it', async () => {
  const janus = await start({ DATABASE_URL: urlOf(database.connection), PUBLIC_URL: `${proxy.url}/` })
  expect(await janus.url).toBe(proxy.url)
  const said = janus.stderr()
  const [, own] = /^Listening at (http:\S+), for the proxy in front\.$/m.exec(said) ?? []
  proxy.leadTo(own as string)
  expect(said).toContain(`${proxy.url}/docs/`)
  const lines = said.split('\n').filter((line) => /^(ACCESS_TOKEN=|curl )/.test(line))
  const { stdout } = await promisify(execFile)('bash', ['-c', lines.join('\n')])
  expect(JSON.parse(stdout).users).toMatchObject([{ username: 'admin' }])
  expect(proxy.strays).toEqual([])
  await janus.stop()
})

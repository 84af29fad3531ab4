import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { emptyDatabase } from '../support/database.ts'
import { cleanUp, type Janus, makeFolder, program, start, urlOf } from './janus.ts'

let database: Awaited<ReturnType<typeof emptyDatabase>>
let janus: Janus
/** What the process has loaded and read so far, a line each: URLs, paths, names of Node's own. */
let seen: () => Promise<string[]>

// The second start on a database, without a terminal: what production does most.
beforeAll(async () => {
  database = await emptyDatabase()
  const env = { DATABASE_URL: urlOf(database.connection), ADMIN_PASSWORD: 'a first password', NODE_ENV: 'production' }
  const first = await start(env)
  await first.url
  await first.stop()
  const folder = await makeFolder()
  const [hook, list] = [join(folder, 'hook.mjs'), join(folder, 'seen')]
  await writeFile(
    hook,
    `import fs from 'node:fs'
    import { registerHooks, syncBuiltinESMExports } from 'node:module'
    const { appendFileSync, readFileSync } = fs
    const note = (name) => appendFileSync(${JSON.stringify(list)}, name + '\\n')
    registerHooks({
      load(url, context, next) {
        note(url)
        return next(url, context)
      },
    })
    fs.readFileSync = (file, ...rest) => {
      if (new Error().stack.split('\\n')[2].includes('/src/')) note(String(file))
      return readFileSync(file, ...rest)
    }
    syncBuiltinESMExports()
    process.on('SIGUSR2', () => note(['builtins', ...process.moduleLoadList].join('\\n')))`,
  )
  janus = await start(env, [process.execPath, '--import', pathToFileURL(hook).href, program])
  await janus.url
  seen = async () => (await readFile(list, 'utf8')).split('\n')
})
afterAll(async () => {
  await cleanUp()
  await database.close()
})

it('a start without a terminal on tables that are up to date loads what serving takes, and no more', async () => {
  const loaded = await seen()
  expect(loaded.some((each) => each.endsWith('/src/app.ts'))).toBe(true)
  expect(loaded.some((each) => each.endsWith('/generated/openapi.json'))).toBe(true)
  const idle =
    /reading-room|\/marked\/|pino-pretty|ajv\/dist\/2020|src\/docs\/(pages|sources)|store\/migrations\/\d|\.yaml$|\.md$|changes\.json|coverage\.json|client-samples/
  expect(loaded.filter((each) => idle.test(each))).toEqual([])
})

it('nor what Node has for the web, which `import` of node:http brings along', async () => {
  janus.process.kill('SIGUSR2')
  await expect.poll(async () => (await seen()).includes('builtins')).toBe(true)
  const loaded = await seen()
  expect(loaded.some((each) => each.endsWith('Module http') || each.endsWith(' _http_server'))).toBe(true)
  expect(loaded.filter((each) => each.includes('undici'))).toEqual([])
})

it('and is asked for the documents and the pages later, all the same', async () => {
  for (const [path, file] of [
    ['/docs/', 'generated/client-samples.json'],
    ['/docs/changelog', 'generated/CHANGES.md'],
    ['/openapi.yaml', 'generated/openapi.yaml'],
    ['/.well-known/api-contract', 'generated/changes.json'],
  ] as const) {
    const reply = await fetch((await janus.url) + path)
    expect(reply.status).toBe(200)
    expect((await reply.text()).length).toBeGreaterThan(100)
    expect((await seen()).filter((each) => each.endsWith(file))).not.toEqual([])
  }
})

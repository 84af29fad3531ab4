import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { cleanUp, makeFolder, program, start, urlOf } from '../process/janus.ts'
import { emptyDatabase } from '../support/database.ts'

afterEach(cleanUp)

/**
 * Those modules of the package that a start has loaded by the time that it answers, by their URLs.
 */
async function modulesOf(env: Record<string, string>): Promise<string[]> {
  const folder = await makeFolder()
  const [hook, list] = [join(folder, 'hook.mjs'), join(folder, 'loaded')]
  await writeFile(
    hook,
    `import { appendFileSync } from 'node:fs'
    import { registerHooks } from 'node:module'
    registerHooks({
      load(url, context, next) {
        appendFileSync(${JSON.stringify(list)}, url + '\\n')
        return next(url, context)
      },
    })`,
  )
  const janus = await start({ ...env, ADMIN_PASSWORD: 'a first password' }, [
    process.execPath,
    '--import',
    pathToFileURL(hook).href,
    program,
  ])
  await janus.url
  await janus.stop()
  const loaded = (await readFile(list, 'utf8')).split('\n')
  expect(loaded.some((url) => url.endsWith('/src/main.ts'))).toBe(true)
  return loaded.filter((url) => url.includes('embedded-postgres'))
}

it('is not loaded where DATABASE_URL names another PostgreSQL', async () => {
  const database = await emptyDatabase()
  try {
    expect(await modulesOf({ DATABASE_URL: urlOf(database.connection) })).toEqual([])
  } finally {
    await database.close()
  }
})

it('is loaded where there is none, from packages/ itself: Node strips no types below node_modules', async () => {
  expect(await modulesOf({})).toContain(new URL('../../packages/embedded-postgres/index.ts', import.meta.url).href)
})

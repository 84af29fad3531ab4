/**
 * `npm run clients:check`: whether other people's generators make a working client of the document
 * that is served. `--write`: puts the table into README.md.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setup } from '../test/support/server.ts'
import { type Service, startService } from '../test/support/service.ts'
import { checkGenerator } from './check/check-generator.ts'
import { generators } from './check/generators.ts'
import { folder, run } from './check/run.ts'
import { tableOf, withLastRun } from './check/table.ts'

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })
const started = Date.now()
const say = (text: string) => void process.stdout.write(text)
const seconds = () => ((Date.now() - started) / 1000).toFixed(0)

// Whoever interrupts it leaves no database behind: what runs ends by the same signal.
let interrupted = false
process.once('SIGINT', () => {
  interrupted = true
})

say('packages: npm ci --prefix clients')
const installed = await run('npm', ['ci'])
if (installed.status !== 0) throw new Error(`\nThe packages could not be installed: ${installed.output.trim()}`)
say(` ${seconds()} s\n`)
rmSync(join(folder, 'out'), { recursive: true, force: true })

const stop = await setup()
try {
  const service = await startService()
  try {
    process.exitCode = (await checkAll(service)) ? 0 : 1
  } finally {
    await service.close()
  }
} finally {
  await stop()
}

/** Whether no fault was found that is not listed. */
async function checkAll({ url, makeUser }: Service): Promise<boolean> {
  const password = 'correct horse battery'
  const { username } = await makeUser({ username: 'root', role: 'super_admin', password })
  const served = (await (await fetch(`${url}/openapi.json`)).json()) as { info: { version: string } }
  const { version } = served.info
  const checks = []
  for (const generator of generators) {
    if (interrupted) throw new Error('The check was interrupted.')
    checks.push(await checkGenerator(generator, { url, username, password }, say))
  }
  const table = tableOf(checks.map(({ row }) => row))
  say(`\n${table}\n\n`)
  for (const { gone, row } of checks)
    for (const { where, contains } of gone)
      say(`${row.generator}: a listed fault is gone, take it off the list: ${where}: ${contains.join(' … ')}\n`)
  let faults = 0
  for (const { unlisted, row } of checks)
    for (const { where, text } of unlisted) {
      faults++
      say(`${row.generator}: ${where}: ${text}\n`)
    }
  say(`contract ${version}, faults that are not listed: ${faults}, ${seconds()} s in all\n`)
  if (values.write) {
    const readme = join(folder, 'README.md')
    const text = `Contract ${version}, ${new Date().toISOString().slice(0, 10)}:\n\n${table}`
    writeFileSync(readme, withLastRun(readFileSync(readme, 'utf8'), text))
  }
  return faults === 0
}

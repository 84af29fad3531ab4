/** `npm run client:check`: whether the packed client is light, and works wherever it is to work. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../clients/check/run.ts'
import { columns } from '../../../clients/check/table.ts'
import { setup } from '../../../test/support/server.ts'
import { startService } from '../../../test/support/service.ts'
import { compilations, compile, prepareConsumers } from './checks/compile.ts'
import { contentFaults } from './checks/contents.ts'
import { type Finding, findingOf } from './checks/finding.ts'
import { runFirstSteps } from './checks/first-steps.ts'
import { type Installed, packAndInstall } from './checks/install.ts'
import { areTheTypesWrong, publint } from './checks/lint.ts'
import { preparePrograms, runProgram } from './checks/runs.ts'
import { runtimes } from './checks/runtimes.ts'
import { weigh, weighed } from './checks/sizes.ts'
import { folder } from './checks/tools.ts'

const started = Date.now()
const say = (text: string) => void process.stdout.write(text)

// Whoever interrupts it leaves no database behind: what runs ends by the same signal.
let interrupted = false
process.once('SIGINT', () => {
  interrupted = true
})

const place = mkdtempSync(join(tmpdir(), 'janus-client-check-'))
try {
  process.exitCode = (await checkAll()) ? 0 : 1
} finally {
  rmSync(place, { recursive: true, force: true })
}

/** Whether no fault was found. */
async function checkAll(): Promise<boolean> {
  await step('tools: npm ci --prefix packages/client/check', async () => {
    const { status, output } = await run('npm', ['ci'], {}, folder)
    if (status !== 0) throw new Error(`The tools could not be installed: ${output.trim()}`)
  })
  const installed = await step('npm pack, and npm install of the tarball', () => packAndInstall(place))
  const { project, files, manifest, bytes } = installed

  const weights = await step('sizes', () => each(weighed, (what) => weigh(what, installed)))
  const findings = [
    findingOf('contents', `tarball of ${bytes} bytes, ${files.length} files`, contentFaults(manifest, files)),
    ...(await step('publint and attw', () => Promise.all([publint(installed), areTheTypesWrong(installed)]))),
    ...(await step('programs in each runtime', () => runs(installed))),
    ...(await step(`compilers: ${compilations.length} ways`, () => {
      prepareConsumers(installed)
      return each(compilations, (one) => compile(one, project))
    })),
  ]

  const row = ({ title, bytes: weight, bound, faults }: (typeof weights)[number]) => [
    title,
    String(weight),
    String(bound ?? '-'),
    faults.length === 0 ? 'ok' : 'FAULTS',
  ]
  say(`\n${columns(['Bundle, minified', 'Bytes, gzip -9', 'Bound', 'Verdict'], weights.map(row))}\n`)
  const line = ({ check, by, verdict }: Finding) => [check, by, verdict]
  say(`\n${columns(['Check', 'By', 'Verdict'], findings.map(line))}\n\n`)

  for (const { verdict, faults } of findings) if (verdict === 'skipped') for (const why of faults) say(`${why}\n`)
  const faults = [...weights, ...findings.filter(({ verdict }) => verdict !== 'skipped')].flatMap((one) => one.faults)
  for (const fault of faults) say(`${fault}\n`)
  say(`faults: ${faults.length}, ${seconds(started)} s in all\n`)
  return faults.length === 0
}

/** The program in each runtime, with a service of its own. */
async function runs(installed: Installed): Promise<Finding[]> {
  await preparePrograms(installed)
  const stop = await setup()
  try {
    const service = await startService()
    try {
      const target = { JANUS_URL: service.url, JANUS_USERNAME: 'root', JANUS_PASSWORD: 'correct horse battery' }
      await service.makeUser({ username: 'root', role: 'super_admin', password: target.JANUS_PASSWORD })
      const programs = await each(runtimes(), (runtime) => runProgram(runtime, installed.project, target))
      return [...programs, await runFirstSteps(installed, target)]
    } finally {
      await service.close()
    }
  } finally {
    await stop()
  }
}

/** Two at a time, as many as a small machine has room for; in the order that was given. */
async function each<Item, Done>(items: readonly Item[], work: (item: Item) => Promise<Done>): Promise<Done[]> {
  const done: Done[] = []
  const left = items.entries()
  const worker = async () => {
    for (const [n, item] of left) {
      if (interrupted) throw new Error('The check was interrupted.')
      done[n] = await work(item)
      say('.')
    }
  }
  await Promise.all([worker(), worker()])
  return done
}

async function step<Done>(title: string, work: () => Promise<Done>): Promise<Done> {
  const from = Date.now()
  say(title)
  try {
    const done = await work()
    say(` ${seconds(from)} s\n`)
    return done
  } catch (error) {
    say('\n')
    throw error
  }
}

function seconds(from: number): string {
  return ((Date.now() - from) / 1000).toFixed(1)
}

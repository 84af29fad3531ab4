/**
 * `npm run bench:profile -- get`: where the time of Janus goes in that scenario, by module and by
 * function.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command, say } from './command.ts'
import { materialOf } from './measure/material.ts'
import { groupOf, sample } from './measure/rounds.ts'
import { openWorld } from './measure/world.ts'
import { functionOf, moduleOf, type Profile, selfTimes } from './profile/self-times.ts'
import { figure, table } from './report/table.ts'
import { scenarios } from './scenarios.ts'

const seconds = 5
const shown = 25

await command(async (signal) => {
  const [key = ''] = process.argv.slice(2)
  const scenario = scenarios.find((one) => one.key === key)
  if (!scenario) throw new Error(`Which of these? ${scenarios.map((one) => one.key).join(', ')}`)
  const folder = await mkdtemp(join(tmpdir(), 'janus-bench-profile-'))
  try {
    const { DATABASE_URL: databaseUrl } = process.env
    const world = await openWorld({ databaseUrl, users: 10_000, cost: 10, say, signal })
    try {
      const server = await world.start('janus', ['--cpu-prof', `--cpu-prof-dir=${folder}`])
      const material = await materialOf('janus', server.url, world, 8)
      const subject = { name: 'janus', server, material } as const
      const groups = [groupOf(key, scenario.requests, subject, 8)]
      await sample(world, subject, groups, 2)
      const from = microseconds()
      const { server: cost } = await sample(world, subject, groups, seconds)
      const to = microseconds()
      await server.stop()
      say(`${scenario.title}: ${figure(cost)} µs of the processor for each request, while it is profiled\n`)
      const profiles = await readProfiles(folder)
      for (const [title, nameOf] of [['module', moduleOf] as const, ['function', functionOf] as const]) {
        const times = sum(profiles.map((profile) => selfTimes(profile, { from, to }, nameOf)))
        const all = times.reduce((total, [, time]) => total + time, 0)
        const rows = times.slice(0, shown).map(([name, time]) => [name, `${((100 * time) / all).toFixed(1)} %`])
        process.stdout.write(`${table([title, 'self time'], rows)}\n\n`)
      }
      return true
    } finally {
      await world.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

/** Of the clock that V8 stamps profiles with. */
function microseconds(): number {
  return Number(process.hrtime.bigint() / 1000n)
}

/** One of each thread. */
async function readProfiles(folder: string): Promise<Profile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile'))
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Profile))
}

function sum(all: readonly Map<string, number>[]): [string, number][] {
  const times = new Map<string, number>()
  for (const [name, time] of all.flatMap((one) => [...one])) times.set(name, (times.get(name) ?? 0) + time)
  return [...times].toSorted(([, a], [, b]) => b - a)
}

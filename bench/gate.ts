/**
 * `npm run bench:gate`, for CI: what get, list, change and revoke cost, ÷ the floor in the same
 * run, against the limits of `scenarios.ts`. Where the rounds differ much, or a limit is exceeded,
 * that call is measured once more, for longer.
 */
import { command, say } from './command.ts'
import { measureScenario, ratioOf } from './measure/rounds.ts'
import { startSubjects } from './measure/subjects.ts'
import { scenarios } from './scenarios.ts'

/** Above it a result is not believed at once. */
const muchNoise = 0.25

await command(async (signal) => {
  const { DATABASE_URL: databaseUrl } = process.env
  const options = { databaseUrl, users: 3000, cost: 10, say, signal }
  const { world, subjects } = await startSubjects(options, ['janus', 'floor'], 8)
  try {
    let isWithin = true
    for (const scenario of scenarios) {
      const { title, gate, goal } = scenario
      if (gate === undefined) continue
      const measure = async (rounds: number, seconds: number) => {
        const samples = await measureScenario(world, scenario, subjects, { rounds, seconds, connections: 8, signal })
        const failure = [...samples.values()].flat().find((sample) => sample.failure)?.failure
        if (failure) throw new Error(`${title}: a request failed: ${failure}`)
        return ratioOf(scenario, samples, 'janus', 'floor')
      }
      let result = await measure(5, 0.8)
      if (result.noise > muchNoise || result.ratio > gate) result = await measure(7, 1.2)
      const { ratio, noise } = result
      const shown = `${ratio.toFixed(2)} × the floor (± ${Math.round(100 * noise)} %)`
      if (ratio <= gate) say(`${title}: ${shown}, at most ${gate} (the goal is ${goal})`)
      else {
        isWithin = false
        say(`${title} costs ${shown}, more than ${gate}: npm run bench:profile -- ${scenario.key} tells where it goes.`)
      }
    }
    return isWithin
  } finally {
    await world.stop()
  }
})

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { processorTimes, spent, treeOf } from '../../bench/measure/processor-time.ts'
import { onServer } from '../support/database.ts'
import { inFull, writeFigures } from '../support/figures.ts'

/*
 * What the audit trail costs a write: the processor time of the service and of PostgreSQL, sealing
 * included, with it and without it, in turn.
 */
const rounds = inFull ? 40 : 2
const requests = inFull ? 200 : 100

const kinds = ['change', 'revoke'] as const

interface Measured {
  readonly child: ChildProcess
  readonly url: string
  readonly token: string
  readonly ids: readonly string[]
}

let services: Record<'with' | 'without', Measured>
let postmaster: number

beforeAll(async () => {
  const start = async (kind: string): Promise<Measured> => {
    const child = fork(new URL('measured-service.ts', import.meta.url).pathname, [kind])
    const [told] = await once(child, 'message')
    return { child, ...told }
  }
  services = { with: await start('with'), without: await start('without') }
  postmaster = await onServer(async (client) => {
    const { rows } = await client.query('select pg_backend_pid() as pid')
    return Number(readFileSync(`/proc/${rows[0].pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
  })
})
afterAll(async () => {
  for (const { child } of Object.values(services ?? {})) {
    child.send('stop')
    await once(child, 'exit')
  }
})

async function cpuOf({ child }: Measured) {
  child.send('cpu')
  const [{ cpu, sealed }] = await once(child, 'message')
  return { cpu: cpu as number, sealed: sealed as number, postgres: processorTimes(treeOf(postmaster)) }
}

/** Microseconds of processor time per request, the service's and the database's. */
async function measure(service: Measured, kind: (typeof kinds)[number], count: number) {
  // The server of the tests has no autovacuum, and a row that was updated often costs more each time.
  service.child.send('vacuum')
  await once(service.child, 'message')
  const before = await cpuOf(service)
  let left = count
  const client = async () => {
    while (left-- > 0) {
      // Whose role is what it was is not written: each has a turn of its own.
      const id = service.ids[left % service.ids.length]
      const reply = await fetch(`${service.url}/users:update?id=${id}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${service.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(
          kind === 'change'
            ? { can_write: Math.floor(left / service.ids.length) % 2 === 0 }
            : { action: 'revoke_sessions' },
        ),
      })
      expect(reply.status).toBe(200)
      await reply.arrayBuffer()
    }
  }
  await Promise.all([client(), client(), client(), client()])
  // All of it is sealed then.
  await delay(1200)
  const after = await cpuOf(service)
  return {
    service: (after.cpu - before.cpu) / count,
    postgres: spent(before.postgres, after.postgres) / count,
    sealed: after.sealed - before.sealed,
  }
}

/**
 * Of what was measured the lower quartile: whoever else is at work on the machine makes each
 * instruction dearer, and none cheaper.
 */
const quartile = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 2] as number

it(
  'the audit trail costs a write no more than its share',
  async () => {
    for (const service of Object.values(services)) for (const kind of kinds) await measure(service, kind, requests)
    type Cost = Awaited<ReturnType<typeof measure>>
    const found: Record<string, Cost[]> = {}
    for (let round = 0; round < rounds; round++)
      for (const kind of kinds)
        for (const which of round % 2 ? (['with', 'without'] as const) : (['without', 'with'] as const)) {
          const cost = await measure(services[which], kind, requests)
          found[`${kind} ${which}`] = [...(found[`${kind} ${which}`] ?? []), cost]
          if (which === 'without') expect(cost.sealed).toBe(0)
          else expect(cost.sealed).toBe(requests)
        }
    const lines = kinds.map((kind) => {
      const costOf = (which: string) => {
        const costs = found[`${kind} ${which}`] as Cost[]
        return quartile(costs.map(({ service }) => service)) + quartile(costs.map(({ postgres }) => postgres))
      }
      const [audited, plain] = [costOf('with'), costOf('without')]
      return { kind, audited, plain, more: (100 * (audited - plain)) / plain }
    })
    for (const { kind, audited, plain, more } of lines)
      process.stdout.write(
        `${kind}: ${plain.toFixed(0)} µs of processor time, ${audited.toFixed(0)} µs with the audit trail: ${more.toFixed(1)} %\n`,
      )
    if (inFull) for (const { more } of lines) expect(more).toBeLessThanOrEqual(15)
    writeFigures(
      'audit',
      `# What the audit trail costs
* processor time of the service and of PostgreSQL together for one request, the sealing of its event
  included: the lower quartile of ${rounds} rounds of ${requests} requests, with the trail and without it in
  turn; others at work on the machine make it dearer, never cheaper
* the goal: at most 15 %

| request | without | with | more |
| --- | --: | --: | --: |
${lines.map(({ kind, plain, audited, more }) => `| ${kind} | ${plain.toFixed(0)} µs | ${audited.toFixed(0)} µs | ${more.toFixed(1)} % |`).join('\n')}

Reading is as it was: \`test/styles/round-trips.test.ts\` counts the same round trips.`,
    )
  },
  20 * 60_000,
)

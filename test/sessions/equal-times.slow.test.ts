import { randomInt } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { boxPlot, type Panel } from '../support/box-plot.ts'
import { inFull, writeFigures } from '../support/figures.ts'
import { password, type Reply, type Service, startService } from '../support/service.ts'
import { median, welch } from '../support/statistics.ts'

/**
 * Who exists, and whose password is right, shows neither in the answer nor in the time of a refused
 * login (OWASP ASVS 6.3.8). With `JANUS_SLOW=1` the times are judged, and written into docs/figures;
 * without, the answers alone.
 */
const rounds = inFull ? 500 : 30
const warmUp = inFull ? 100 : 2

interface Try {
  readonly name: string
  readonly secret: string
  /** A prefix of its own for each, unless given. */
  readonly address?: string
}

const panels: Panel[] = []
const lines: string[] = []
let service: Service
let prefixes = 0
const fresh = () => `10.${++prefixes >> 8}.${prefixes & 255}.1`

const start = async (given: Parameters<typeof startService>[0]) => {
  service = await startService({ trustProxy: 1, loginAccountsPerPrefix: 0, hashing: { cost: 6 }, ...given })
}

const send = (round: number, { name, secret, address = fresh() }: Try): Promise<Reply> => {
  const headers = { 'X-Forwarded-For': address }
  return round % 2
    ? service.call('POST', '/auth:login', { headers, json: { username: name, password: secret } })
    : service.call('POST', '/auth/login', { headers, json: { usernameOrEmail: name, password: secret } })
}

/** Everybody who is refused, by why. */
async function everybody(): Promise<Record<string, Try>> {
  const tries: Record<string, Try> = {
    'wrong password': { name: (await service.makeUser()).username, secret: 'wrong password' },
    'unknown name': { name: 'person-0000', secret: password },
  }
  for (const status of ['suspended', 'banned', 'pending', 'inactive'] as const)
    tries[status] = { name: (await service.makeUser({ status })).username, secret: password }
  const deleted = await service.makeUser()
  await service.store.users.remove(deleted.id, service.clock.now())
  return { ...tries, deleted: { name: deleted.username, secret: password } }
}

/** An answer without what differs from one request to the next. */
function plain({ status, headers, body: { timestamp: _, ...body } }: Reply) {
  const { 'x-request-id': __, date: ___, 'retry-after': wait, ...same } = headers
  return { status, body, headers: { ...same, 'retry-after': wait !== undefined } }
}

/**
 * In any order, each as likely as another (Fisher and Yates): the first of a round may wait longer.
 */
function shuffled<T>(given: readonly T[]): T[] {
  const all = [...given]
  for (let at = all.length - 1; at > 0; at--) {
    const other = randomInt(at + 1)
    ;[all[at], all[other]] = [all[other] as T, all[at] as T]
  }
  return all
}

/** Tries all in turn, in another order each round: one answer, and its times inside the service. */
async function compare(title: string, tries: Record<string, Try>, status: number, times = rounds): Promise<void> {
  const taken: Record<string, number[]> = Object.fromEntries(Object.keys(tries).map((name) => [name, []]))
  const answers: [unknown?, unknown?] = []
  for (let round = 0; round < times + warmUp; round++) {
    for (const [name, each] of shuffled(Object.entries(tries))) {
      const reply = await send(round, each)
      answers[round % 2] ??= plain(reply)
      expect(reply.status, name).toBe(status)
      expect(plain(reply), name).toEqual(answers[round % 2])
      const line = service.logged.findLast(
        ({ requestId, msg }) => msg === 'request' && requestId === reply.headers['x-request-id'],
      )
      if (round >= warmUp) taken[name]?.push(line?.ms)
    }
    service.logged.length = 0
  }
  judge(title, taken)
}

function judge(title: string, times: Record<string, number[]>): void {
  const [first = []] = Object.values(times)
  const middle = median(Object.values(times).flat())
  const rows = Object.entries(times).map(([name, own]) => ({
    name,
    own: median(own),
    apart: median(own) / middle - 1,
    t: welch(own, first),
  }))
  panels.push({ title, samples: times })
  lines.push(
    `## ${title}`,
    '',
    '| | median ms | off the median of all | Welch’s t against the first |',
    '|---|---:|---:|---:|',
  )
  for (const { name, own, apart, t } of rows)
    lines.push(`| ${name} | ${own.toFixed(2)} | ${(apart * 100).toFixed(1)} % | ${t.toFixed(2)} |`)
  lines.push('')
  // So few say nothing of time: in short, the answers alone are compared.
  if (!inFull) return
  for (const { name, apart, t } of rows) {
    expect(Math.abs(apart), `${name}: its median, of the median of all`).toBeLessThan(0.05)
    expect(Math.abs(t), `${name}: Welch’s t`).toBeLessThan(4.5)
  }
}

describe('a refused login takes one time, whatever the cause', { timeout: 600_000 }, () => {
  it('where nothing is locked', async () => {
    await start({ loginCeiling: 0 })
    await compare('Nothing is locked: 401', await everybody(), 401)
    await service.close()
  })

  it('under the lock of an account at a prefix, right or wrong', async () => {
    await start({ loginCeiling: 0 })
    const right = { name: (await service.makeUser()).username, secret: password }
    const all = Object.entries({ ...(await everybody()), 'right password': right })
    const tries = Object.fromEntries(all.map(([name, each]) => [name, { ...each, address: fresh() }]))
    for (const each of Object.values(tries))
      for (let count = 0; count < 5; count++) await send(count, { ...each, secret: 'wrong password' })
    // Without a hash they are so short that a busy machine shows: more of them.
    await compare('An account is locked at a prefix: 429', tries, 429, inFull ? 5 * rounds : rounds)
    await service.close()
  })

  it('at the ceiling of an account, right or wrong, known or not from there', async () => {
    await start({ loginCeiling: 1, loginAttempts: 1_000_000 })
    const stranger = { name: (await service.makeUser()).username, secret: password }
    const known = { name: (await service.makeUser()).username, secret: 'wrong password', address: fresh() }
    expect((await send(0, { ...known, secret: password })).status).toBe(200)
    const all: Record<string, Try> = {
      ...(await everybody()),
      'right, of a stranger': stranger,
      'wrong, where known': known,
    }
    const tries = Object.fromEntries(
      Object.entries(all).map(([name, each]) => [name, { ...each, address: each.address ?? fresh() }]),
    )
    for (const each of Object.values(tries)) await send(0, { ...each, secret: 'wrong password' })
    await compare('An account is at its ceiling: 429', tries, 429)
    await service.close()
  })
})

afterAll(() =>
  writeFigures(
    'equal-answers',
    `# Refused logins are one answer, at one time
* ${rounds} of each, five times as many where nothing is hashed, in another order each round, both styles in
  turn, bcrypt of cost 6; the time is that of the service’s own log line
* status, body and headers were the same but for the request’s id, \`Date\` and the seconds to wait
* the goal: medians within 5 %, |t| below 4.5

![](equal-answers.svg)

${lines.join('\n').trimEnd()}`,
    boxPlot('Time of a refused login, inside the service', panels),
  ),
)

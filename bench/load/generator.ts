/** The process that sends the load: takes jobs from its parent, and answers each with what came of it. */
import { Connection } from './connection.ts'
import { type Group, type Job, type Outcome, type Request, write } from './job.ts'

/** Of ten digits always, so that the length of a body stays. */
let number = (Date.now() % 1_000_000) * 1000 + 1_000_000_000

process.on('message', (job: Job) => {
  run(job).then(
    (outcomes) => process.send?.({ outcomes }),
    (error) => process.send?.({ error: String(error?.message ?? error) }),
  )
})
process.on('disconnect', () => process.exit())
// A signal of the terminal reaches the whole group; the parent says when it is over.
process.on('SIGINT', () => {})

async function run({ url, seconds, atMost = Number.POSITIVE_INFINITY, groups }: Job): Promise<Outcome[]> {
  const opened = await Promise.all(
    groups.map(async (group) => Promise.all(group.connections.map(() => Connection.open(group.url ?? url)))),
  )
  const deadline = performance.now() + seconds * 1000
  try {
    return await Promise.all(
      groups.map((group, n) =>
        runGroup(group, opened[n] as Connection[], new URL(group.url ?? url).host, deadline, atMost),
      ),
    )
  } finally {
    for (const connection of opened.flat()) connection.close()
  }
}

async function runGroup(
  { name, connections }: Group,
  opened: readonly Connection[],
  host: string,
  deadline: number,
  atMost: number,
): Promise<Outcome> {
  const ms: number[] = []
  let failures = 0
  let failure: string | undefined
  await Promise.all(
    connections.map(async (requests, which) => {
      const connection = opened[which] as Connection
      const texts = requests.map((request) => textOf(request, host))
      for (let n = 0; n < atMost && performance.now() < deadline; n++) {
        const text = texts[n % texts.length] as string | (() => string)
        const answer = await connection.send(typeof text === 'string' ? text : text())
        ms.push(answer.ms)
        if (answer.status < 300) continue
        failures++
        failure ??= `${answer.status} ${answer.body.slice(0, 300)}`
      }
    }),
  )
  const sorted = Float64Array.from(ms).sort()
  return { name, count: ms.length, ms: [...sorted], failures, ...(failure && { failure }) }
}

function textOf(request: Request, host: string): string | (() => string) {
  const text = write(request, host)
  if (!text.includes('{n}')) return text
  const template = text.replace(/Content-Length: \d+/, `Content-Length: ${lengthOf(request)}`)
  return () => {
    number++
    return template.replaceAll('{n}', String(number))
  }
}

const lengthOf = ({ body }: Request) => Buffer.byteLength(JSON.stringify(body).replaceAll('{n}', '0123456789'))

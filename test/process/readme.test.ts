import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

/** The commands of "Try it", each with the answer that stands below it. */
const commands = [...(/## Try it\n(.*?)\n## /s.exec(readme)?.[1] ?? '').matchAll(/```sh\n(.*?)```/gs)]
  .flatMap(([, block = '']) => block.trim().split('\n\n'))
  .map((text) => {
    const lines = text.split('\n')
    const answer = lines.filter((line) => line.startsWith('# ')).map((line) => line.slice(2))
    return { command: lines.filter((line) => !line.startsWith('# ')).join('\n'), answer: answer.join('') }
  })

/** Every block of commands with curl in it, in all that is there to read. */
const root = new URL('../..', import.meta.url)
const documentation = globSync('{*.md,docs/**/*.md}', { cwd: root }).flatMap((path) =>
  [...readFileSync(new URL(path, root), 'utf8').matchAll(/```\w*\n(.*?)```/gs)]
    .map(([, block = '']) => ({ path, block }))
    .filter(({ block }) => /\bcurl\b/.test(block)),
)

/** `…` stands for whatever is left out, and ids differ. */
function pattern(answer: string): RegExp {
  const escaped = answer.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(
    `^${escaped
      .replaceAll('…', '.*')
      .replace(/01KH[0-9A-Z]{22}/, '[0-9A-Z]{26}')
      .replaceAll('"0198', '"')}$`,
    's',
  )
}

describe('the lines of the README, pasted in order', () => {
  let service: Service
  let outputs: string[]

  beforeAll(async () => {
    service = await startService()
    await service.makeUser({ username: 'admin', email: 'admin@example.com', role: 'admin' })
    const script = commands
      .map(({ command }) => command)
      .join("\nprintf '\\n--next--\\n'\n")
      .replace('the password from the first start', password)
      .replace('http://127.0.0.1:6006', service.url)
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script])
    outputs = stdout.split('\n--next--\n')
  })
  afterAll(() => service.close())

  it('are all that the documentation shows of curl', () => {
    const elsewhere = documentation.filter(
      ({ path, block }) => path !== 'README.md' || !commands.some(({ command }) => block.includes(command)),
    )
    expect(elsewhere).toEqual([])
  })

  it('are commands with answers, but for those that fill a variable', () => {
    expect(commands.length).toBeGreaterThan(10)
    expect(commands.filter(({ answer }) => answer === '').every(({ command }) => /^[A-Z_]+=/.test(command))).toBe(true)
  })

  it.each(commands.map((each, index) => ({ ...each, index })))('$command', ({ answer, index }) => {
    expect(outputs[index]?.trim()).toMatch(pattern(answer))
  })
})

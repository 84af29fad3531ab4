import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, cpus, loadavg, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { product } from '../../src/config.ts'

const file = fileURLToPath(new URL('../RESULTS.md', import.meta.url))
const title = `# What was measured

Written by \`npm run bench\` and its like, section by section; [decision 27](../docs/decisions/0027-bench.md)
says what the floor is and what the figures mean. Ratios travel from machine to machine, times do not.
`

/** Puts a section into RESULTS.md, in the place of the one that was there. */
export function writeResults(key: string, text: string): void {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : title
  writeFileSync(file, withSection(before, key, text))
}

/** The text with this section, in its place or at the end. */
export function withSection(text: string, key: string, section: string): string {
  const [begin, end] = [`<!-- ${key} -->`, `<!-- end of ${key} -->`]
  const whole = `${begin}\n${section.trim()}\n${end}`
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) return `${text.trimEnd()}\n\n${whole}\n`
  return text.slice(0, from) + whole + text.slice(to + end.length)
}

/** When, where, of what and by which command, as a paragraph. */
export function circumstances(command: string, postgres: string, more: readonly string[] = []): string {
  const facts = [
    occasion(command),
    `${machine()}; load average of the last 15 minutes ${loadavg()[2]?.toFixed(1)} (the bench itself makes some 2)`,
    `Node ${process.versions.node}, PostgreSQL ${postgres}, Janus ${product.version}, ${['fastify', 'pg', 'better-auth'].map(versionOf).join(', ')}`,
    ...more,
  ]
  return facts.map((fact) => `* ${fact}`).join('\n')
}

/** When, by which command, and of which sources. */
export const occasion = (command: string): string =>
  `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, \`${command}\`, commit ${commit()}`

/** Processors, memory and system of this machine. */
export function machine(): string {
  const [cpu] = cpus()
  return `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release().split('.', 2).join('.')} ${arch()}`
}

function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return (
      git('rev-parse', '--short', 'HEAD').trim() + (git('status', '--porcelain', 'src', 'bin') ? ' with changes' : '')
    )
  } catch {
    return 'unknown'
  }
}

function versionOf(name: string): string {
  const from = createRequire(new URL('../package.json', import.meta.url))
  const [folder] = (from.resolve.paths(name) ?? []).filter((path) => existsSync(`${path}/${name}/package.json`))
  return `${name} ${folder ? JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version : ''}`
}

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmbedded } from '@janus/embedded-postgres'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cache = join(root, 'node_modules/.cache/janus-clusters')

/**
 * Makes a data folder look as after its first start, without that start: `initdb` takes longer than
 * most tests. What it makes is kept from run to run, for as long as nothing changes that it hangs
 * on.
 *
 * @param dataDir made when it is missing; must hold no database
 */
export async function putCluster(dataDir: string): Promise<void> {
  const made = join(cache, digest())
  if (!existsSync(made)) await makeCluster(made)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  // With its owner, which is the account that the server runs as.
  execFileSync('cp', ['-a', join(made, 'postgres'), dataDir])
}

/** Under another name first: two workers may be at it, and one may be killed. */
async function makeCluster(path: string): Promise<void> {
  mkdirSync(cache, { recursive: true })
  const draft = mkdtempSync(`${path}-`)
  try {
    const server = await startEmbedded({ dataDir: draft, progress: () => {} })
    await server.stop()
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(path)) throw error
  }
}

/** Of what makes a cluster: the programs and the code that calls them. */
function digest(): string {
  const programs = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const sources = globSync('packages/embedded-postgres/*.ts', { cwd: root }).sort()
  const hash = createHash('sha256').update(readFileSync(join(programs, '../../package.json')))
  for (const path of sources) hash.update(path).update(readFileSync(join(root, path)))
  return hash.digest('hex').slice(0, 16)
}

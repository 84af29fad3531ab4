import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const client = fileURLToPath(new URL('../../packages/client', import.meta.url))

/** A project that has the client installed, as it is in its sources: nothing is built for it. */
export async function projectWithClient() {
  const folder = await mkdtemp(join(tmpdir(), 'janus-client-'))
  const installed = join(folder, 'node_modules/janus-users-client')
  await mkdir(installed, { recursive: true })
  // Node compiles no TypeScript below node_modules; a link leads out of it.
  await symlink(join(client, 'src'), join(installed, 'src'))
  const description = await readFile(join(client, 'package.json'), 'utf8')
  await writeFile(join(installed, 'package.json'), description.replace(/\.\/dist\/(.*)\.js"/g, './src/$1.ts"'))
  return {
    /** Runs a program: what it wrote. */
    async run(code: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
      const file = join(folder, 'program.mjs')
      await writeFile(file, code)
      const { stdout } = await promisify(execFile)(process.execPath, [file], {
        env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
      })
      return stdout
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

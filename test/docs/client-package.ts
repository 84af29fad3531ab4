import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argumentsOf, runProgram } from '../../packages/client/test/program.ts'

/** A project that has the client, as it is in its sources: nothing is built for it. */
export async function projectWithClient() {
  const folder = await mkdtemp(join(tmpdir(), 'janus-client-'))
  return {
    /**
     * Runs a program.
     *
     * @returns what it wrote
     * @throws Error with what it wrote to standard error, where it fails
     */
    async run(program: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
      const file = join(folder, 'program.mjs')
      await writeFile(file, program)
      const { code, stdout, stderr } = await runProgram(argumentsOf(file), env)
      if (code !== 0) throw new Error(stderr)
      return stdout
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

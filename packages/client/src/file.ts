import { mkdir, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { TokenStore, Tokens } from './types.ts'

/** A lock that was not renewed for so many milliseconds was left by a process that is gone. */
const abandoned = 10_000

/**
 * Keeps the tokens in a file that its owner alone can read (0600), for all processes that are given
 * its path; they take turns to refresh them, by a file beside it. For Node, Deno and Bun.
 *
 * @param path one for each service and user: whoever is given it acts as whoever has logged in
 * @throws Error of the file system where the file can be neither read nor written
 */
export function fileTokens(path: string): TokenStore {
  const lockPath = `${path}.lock`
  return {
    async get() {
      try {
        const tokens: Tokens | null = JSON.parse(await readFile(path, 'utf8'))
        return typeof tokens?.accessToken === 'string' ? tokens : undefined
      } catch (error) {
        // A parse error shows what it could not read.
        if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return undefined
        throw error
      }
    },
    async set(tokens) {
      if (!tokens) return rm(path, { force: true })
      await mkdir(dirname(path), { recursive: true })
      // Whole or not at all, for whoever reads meanwhile.
      const written = `${path}.${crypto.randomUUID()}`
      try {
        await writeFile(written, JSON.stringify(tokens), { mode: 0o600, flag: 'wx' })
        await rename(written, path)
      } finally {
        await rm(written, { force: true })
      }
    },
    async lock(work) {
      await mkdir(dirname(path), { recursive: true })
      for (;;) {
        try {
          await (await open(lockPath, 'wx', 0o600)).close()
          break
        } catch (error) {
          if (codeOf(error) !== 'EEXIST') throw error
          const { mtimeMs } = await stat(lockPath).catch(() => ({ mtimeMs: Date.now() }))
          // Two may find it abandoned at once and both refresh: the service gives them the same
          // pair. A clock that was put back leaves it in the future.
          if (Math.abs(Date.now() - mtimeMs) > abandoned) await rm(lockPath, { force: true })
          else await new Promise((resolve) => setTimeout(resolve, 50))
        }
      }
      const now = () => new Date()
      const renewal = setInterval(() => void utimes(lockPath, now(), now()).catch(() => {}), abandoned / 4)
      try {
        return await work()
      } finally {
        clearInterval(renewal)
        await rm(lockPath, { force: true })
      }
    },
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code
}

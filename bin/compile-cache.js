// Node keeps what it has compiled, and the TypeScript without its types, for the next start. In the
// project's own folder, or in the user's where that is somebody else's; a start that can write to
// neither does without. (Never in the temporary folder, where somebody else could put code.)
import { constants, enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folders = [
  () => fileURLToPath(new URL('../node_modules/.cache/janus', import.meta.url)),
  () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'janus-users'),
]

const { FAILED } = constants.compileCacheStatus
folders.some((folder) => {
  try {
    return enableCompileCache(folder()).status !== FAILED
  } catch {
    // A user without a home.
    return false
  }
})

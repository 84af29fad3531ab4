/** The embedded PostgreSQL cannot run; the message says what is wrong and what to do next. */
export class EmbeddedError extends Error {
  override name = 'EmbeddedError'
}

/** What always helps, as the last sentence of a message, or as the end of one. */
export const wayOut = 'Set DATABASE_URL to a PostgreSQL 15 or newer.'
export const orWayOut = 'or set DATABASE_URL to a PostgreSQL 15 or newer.'

/** The code of a system or PostgreSQL error. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === undefined ? undefined : String(code)
}

/** The line of a program's complaints that tells most, as the end of a sentence. */
export function complaint(lines: readonly string[]): string {
  const told = lines.filter((line) => !/^(HINT|DETAIL): |the database system is (starting|shutting|not yet)/.test(line))
  const full = told.findLast((line) => /No space left on device|quota exceeded|Read-only file system/.test(line))
  const telling = full ?? told.findLast((line) => /FATAL|PANIC|error|could not/.test(line)) ?? told.at(-1)
  return telling?.trim().replace(/^\S+ \S+ UTC \[\d+\] |\.$/g, '') ?? 'it does not say why'
}

/**
 * What to do about a failure on a folder, as the last sentence of a message: what fits its cause,
 * and then what always helps.
 *
 * @param reason as the system or PostgreSQL words it
 * @param variable the one of the configuration that chooses the folder
 */
export function remedy(reason: string, folder: string, variable = 'DATA_DIR'): string {
  const advice = remedies.find(([cause]) => cause.test(reason))?.[1]
  return advice ? `${advice(folder, variable)}, ${orWayOut}` : wayOut
}

const remedies: readonly [cause: RegExp, advice: (folder: string, variable: string) => string][] = [
  [/shared memory/i, () => 'Give it more shared memory (in a container: docker run --shm-size=256m)'],
  [/ENOSPC|no space left/i, (folder, name) => `Free space on the disk of ${folder}, choose a ${name} on another disk`],
  [
    /EDQUOT|quota exceeded/i,
    (folder, name) => `Raise the quota of this user on the disk of ${folder}, choose another ${name}`,
  ],
  [/EFBIG|file too large|file size limit/i, () => 'Raise the limit on the size of files (ulimit -f)'],
  [
    /EROFS|read-only file system/i,
    (folder, name) => `${folder} can only be read: choose a ${name} on a disk that can be written`,
  ],
  [
    /EACCES|EPERM|permission denied|not permitted/i,
    (folder, name) => `Let this user write in ${folder}, choose another ${name}`,
  ],
  [/E[MN]FILE|too many open files/i, () => 'Raise the limit on open files (ulimit -n)'],
  [/ENOMEM|cannot allocate memory/i, () => 'Free memory'],
  [/E(NOTDIR|EXIST|NAMETOOLONG|LOOP|IO)\b/, (_, name) => `Choose another ${name} that this user can write`],
]

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
  const full = told.findLast((line) => line.includes('No space left on device'))
  const telling = full ?? told.findLast((line) => /FATAL|PANIC|error|could not/.test(line)) ?? told.at(-1)
  return telling?.trim().replace(/^\S+ \S+ UTC \[\d+\] |\.$/g, '') ?? 'it does not say why'
}

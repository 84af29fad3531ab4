import { readFileSync } from 'node:fs'

/**
 * Of the variable, or of the file that another one names, as Docker and Kubernetes hand secrets
 * over; the end of its line is none of it.
 */
export function adminPassword(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): string | undefined {
  const given = checkedPassword('ADMIN_PASSWORD must have', env.ADMIN_PASSWORD || undefined, problems)
  const file = env.ADMIN_PASSWORD_FILE?.trim()
  if (!file) return given
  if (given !== undefined) {
    problems.push('ADMIN_PASSWORD_FILE must not be set along with ADMIN_PASSWORD')
    return undefined
  }
  try {
    // It leaves out a byte order mark, which an editor has put there.
    const password = new TextDecoder().decode(readFileSync(file)).replace(/\r?\n$/, '')
    return checkedPassword('ADMIN_PASSWORD_FILE must name a file that holds', password, problems)
  } catch (error) {
    problems.push(`ADMIN_PASSWORD_FILE must name a file that can be read: ${(error as Error).message}`)
    return undefined
  }
}

function checkedPassword(must: string, password: string | undefined, problems: string[]): string | undefined {
  // As the passwords count: what is hashed is the NFC.
  const { length } = [...(password ?? '').normalize('NFC')]
  if (password !== undefined && (length < 8 || length > 128)) problems.push(`${must} 8 to 128 characters`)
  return password
}

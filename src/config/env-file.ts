import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { ConfigError } from './error.ts'

/** What a file `.env` says. */
export interface EnvFile {
  readonly values: Readonly<Record<string, string>>
  /** Names whose value ends before a `#` that may have been meant as part of it. */
  readonly cut: readonly string[]
}

/**
 * Reads a file `.env` as Node does, whatever byte order mark an editor has put before it (UTF-8 or
 * UTF-16). One that is missing says nothing.
 *
 * @throws ConfigError when it is there and cannot be read
 */
export function readEnvFile(path: string): EnvFile {
  return parseEnvFile(contentsOf(path))
}

function contentsOf(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return new Uint8Array()
    const what = code === 'EISDIR' ? 'it is a folder, and should be a file' : message
    throw new ConfigError(`The file ${resolve(path)} cannot be read: ${what}. Mend it, or remove it.`)
  }
}

/** Reads the bytes of a file `.env`. */
export function parseEnvFile(bytes: Uint8Array): EnvFile {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8'
  // It leaves out the mark.
  const text = new TextDecoder(encoding).decode(bytes)
  const values = parseEnv(text) as Record<string, string>
  const lines = text.matchAll(/^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=(.*)$/gm)
  const cut = [...lines]
    .filter(([, name = '', given = '']) => isCut(name, given, values[name]))
    .map(([, name]) => name as string)
  return { values, cut: [...new Set(cut)] }
}

/**
 * A remark is told by the space before it; in what holds a secret, that may be a character of it
 * too.
 */
function isCut(name: string, given: string, value = ''): boolean {
  const written = given.trim()
  if (!written.startsWith(value) || !/^\s*#/.test(written.slice(value.length))) return false
  const before = value ? written[value.length] : given[0]
  return before === '#' || /PASSWORD|SECRET|KEY|URL/.test(name)
}

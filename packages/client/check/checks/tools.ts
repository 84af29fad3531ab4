import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Path of the folder with the tools' `package.json`. */
export const folder = fileURLToPath(new URL('..', import.meta.url))

/** Path of a file within an installed package of that folder. */
export const inPackage = (name: string, path: string): string => join(folder, 'node_modules', name, path)

/** The path of a program that a package of that folder brings. */
export const bin = (name: string): string => inPackage('.bin', name)

/** The version of an installed package of that folder, also of one under another name. */
export function versionOf(name: string): string {
  return (JSON.parse(readFileSync(inPackage(name, 'package.json'), 'utf8')) as { version: string }).version
}

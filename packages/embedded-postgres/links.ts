import { lstat, readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

/**
 * Makes the links between the libraries, which a script of the package makes unless npm was told to
 * run none.
 */
export async function linkLibraries(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(native, relative('native', target))
    const made = await symlink(relative(dirname(target), source), link).catch(() => lstat(link).catch(() => false))
    if (made === false) return false
  }
  return true
}

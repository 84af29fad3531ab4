import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../clients/check/run.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** Installs what the bench compares with, unless that is done. @throws Error with what npm said */
export async function install(say: (line: string) => void): Promise<void> {
  const installed = join(folder, 'node_modules/.package-lock.json')
  const isNew =
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(folder, 'package-lock.json')).mtimeMs
  if (isNew) return
  say('packages: npm ci --prefix bench')
  const { status, output } = await run('npm', ['ci'], {}, folder)
  if (status !== 0) throw new Error(`The packages could not be installed: ${output.trim()}`)
}

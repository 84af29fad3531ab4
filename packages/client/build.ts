/** `npm pack`: src/ -> dist/, JavaScript and declarations. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc')

rmSync(`${folder}dist`, { recursive: true, force: true })
execFileSync(process.execPath, [compiler, '-p', folder], { stdio: 'inherit' })
// The compiler names sources in what it writes for programs, but not for compilers.
for (const file of globSync(`${folder}dist/**/*.d.ts`)) {
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace(/(from ['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'))
}
copyFileSync(`${folder}../../LICENSE`, `${folder}LICENSE`)

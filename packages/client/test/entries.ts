import { readFileSync } from 'node:fs'

const { name, exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** The entries of the package, as they are imported, and the sources of each. */
export const entries: Readonly<Record<string, URL>> = Object.fromEntries(
  Object.entries<string>(exports)
    .map(([entry, built]) => [entry, /^\.\/dist\/(.*)\.js$/.exec(built)?.[1]] as const)
    .filter(([, path]) => path)
    .map(([entry, path]) => [entry.replace('.', name), new URL(`../src/${path}.ts`, import.meta.url)]),
)

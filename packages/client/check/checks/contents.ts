/** Of `package.json`, what is looked at. */
export interface Manifest {
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
}

const needed = ['LICENSE', 'README.md', 'package.json']
const wanted = [...needed.map((name) => new RegExp(`^${name.replace('.', '\\.')}$`)), /^dist\/.+\.(js|d\.ts)$/]

/** What is wrong with a package of these files: what is missing, and what nobody needs. */
export function contentFaults({ exports, dependencies = {} }: Manifest, files: readonly string[]): string[] {
  const has = new Set(files)
  const missing = Object.entries(exports).flatMap(([entry, path]) => {
    const target = path.replace(/^\.\//, '')
    const parts = target.endsWith('.js') ? [target, target.replace(/\.js$/, '.d.ts')] : [target]
    return parts
      .filter((part) => !has.has(part))
      .map((part) => `The entry "${entry}" of package.json needs ${part}, which is not in the tarball.`)
  })
  return [
    ...missing,
    ...needed.filter((name) => !has.has(name)).map((name) => `${name} is not in the tarball.`),
    ...files
      .filter((path) => !wanted.some((pattern) => pattern.test(path)))
      .map((path) => `${path} is in the tarball, and nobody needs it there.`),
    ...Object.keys(dependencies).map((name) => `It depends on ${name}: it is to have no dependencies.`),
  ]
}

import { readFileSync } from 'node:fs'

export interface Snippet {
  /** `README.md:42`: where it begins. */
  readonly name: string
  readonly code: string
  /** What it says that it prints, in order. */
  readonly prints: readonly string[]
}

/**
 * The blocks of TypeScript in a file of Markdown.
 *
 * @param file path in the repository
 */
export function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ index, 1: code = '' }) => ({
    name: `${file}:${text.slice(0, index).split('\n').length}`,
    code,
    prints: [...code.matchAll(/\/\/ prints: (.*)$/gm)].map(([, line = '']) => line),
  }))
}

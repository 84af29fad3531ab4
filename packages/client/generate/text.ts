/** Text as it stands in the files that are made: names, literals, comments. */

/** Comments wrap here. */
const width = 100
/** Code does so where it can. */
const codeWidth = 120

const reserved = new Set(
  (
    'await break case catch class const continue debugger default delete do else enum export extends false finally ' +
    'for function if implements import in instanceof interface let new null package private protected public return ' +
    'static super switch this throw true try typeof var void while with yield'
  ).split(' '),
)

/** In camel case, as a property can be called: `user-id` is `userId`. */
export function camel(name: string): string {
  const joined = name.replaceAll(/[^\p{ID_Continue}$]+(.)?/gu, (_, next: string = '') => next.toUpperCase())
  return joined.charAt(0).toLowerCase() + joined.slice(1)
}

/** The same, as a variable can be called: `delete` is `_delete`. */
export function variable(name: string): string {
  const named = camel(name)
  return reserved.has(named) || /^\d/.test(named) ? `_${named}` : named
}

/** In Pascal case, as a type can be called: `users.list` is `UsersList`. */
export function typeName(...names: readonly string[]): string {
  return names
    .flatMap((name) => name.split(/[^\p{ID_Continue}$]+/u))
    .map((name) => name.charAt(0).toUpperCase() + name.slice(1))
    .join('')
}

/** As a property is written: in quotes where it has to be. */
export function property(name: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : quote(name)
}

export function quote(text: string): string {
  if (text.includes("'") && !text.includes('"')) return JSON.stringify(text)
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** A value of JSON as it is written in code, in one line where that is short enough. */
export function literal(value: unknown, indent = '', before = 0): string {
  if (value === undefined) return 'undefined'
  if (value === null || typeof value !== 'object')
    return typeof value === 'string' ? quote(value) : JSON.stringify(value)
  const [open, close, blank] = Array.isArray(value) ? ['[', ']', ''] : ['{', '}', ' ']
  const entries = (inner: string) =>
    Array.isArray(value)
      ? value.map((each) => literal(each, inner))
      : Object.entries(value).map(([name, each]) => `${property(name)}: ${literal(each, inner, name.length + 2)}`)
  if (Object.keys(value).length === 0) return open + close
  const line = `${open}${blank}${entries('').join(', ')}${blank}${close}`
  if (!line.includes('\n') && indent.length + before + line.length < width) return line
  return [open, ...entries(`${indent}  `).map((each) => `${indent}  ${each},`), indent + close].join('\n')
}

export function union(members: readonly string[]): string {
  return [...new Set(members)].join(' | ')
}

/** A declaration of a union, in a line for each member where one line would be too long. */
export function alias(name: string, members: readonly string[]): string {
  const line = `export type ${name} = ${union(members)}\n`
  if (line.length <= codeWidth) return line
  return `export type ${name} =\n${[...new Set(members)].map((member) => `  | ${member}\n`).join('')}`
}

/** What has parameters, in a line for each of these where one line would be too long. */
export function call(
  head: string,
  parameters: readonly string[],
  tail: string,
  indent: string,
  brackets = '()',
): string {
  const [open = '', close = ''] = brackets
  const line = `${indent}${head}${open}${parameters.join(', ')}${close}${tail}`
  if (line.length <= codeWidth) return line
  return `${indent}${head}${open}\n${parameters.map((each) => `${indent}  ${each}`).join(',\n')}\n${indent}${close}${tail}`
}

/** A paragraph of a comment that is wrapped; of `code` the lines stay as they are. */
export type Paragraph = string | { readonly code: string }

/** A comment for editors; empty where there is nothing to say. */
export function comment(paragraphs: readonly (Paragraph | undefined | false)[], indent = ''): string {
  const said = paragraphs.filter((each): each is Paragraph => Boolean(each))
  const [only] = said
  if (only === undefined) return ''
  if (said.length === 1 && typeof only === 'string' && indent.length + only.length + 7 <= width && !only.includes('\n'))
    return `${indent}/** ${safe(only)} */\n`
  const lines = said.flatMap((each, at) => {
    const text = typeof each === 'string' ? wrap(each, width - indent.length - 3) : each.code.split('\n')
    const next = said[at + 1]
    // Tags and the lines of a list stand close together.
    const close = typeof next !== 'string' || (/^(@|- )/.test(next) && /^(@|- |.*:$)/.test(String(each)))
    return close ? text : [...text, '']
  })
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${safe(line)}`.trimEnd()), `${indent} */\n`].join('\n')
}

/** The end of a comment would end it. */
function safe(text: string): string {
  return text.replaceAll('*/', '*\\/')
}

/** Lines of a text; those of a list after the first are set in. */
function wrap(text: string, columns: number): string[] {
  const inset = text.startsWith('- ') || text.startsWith('@') ? '  ' : ''
  return text.split('\n').flatMap((line) => {
    const lines: string[] = []
    for (const word of line.split(/\s+/)) {
      const last = lines.at(-1)
      // A line that begins with `@` would be a tag.
      if (last !== undefined && (last.length + word.length < columns || word.startsWith('@')))
        lines[lines.length - 1] = `${last} ${word}`
      else lines.push(last === undefined ? word : inset + word)
    }
    return lines
  })
}

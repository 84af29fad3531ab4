import { type ContractDocument, operationsOf } from '../../contract/document.ts'
import { type AnswerWords, everyPath, type Words } from './words.ts'

/** The tables of words as TypeScript (`generated/failures.ts`): what the service says. */
export function failuresModule(words: Words, document: ContractDocument): string {
  const { styles, scopes, breaches, types } = words
  const reasons = Object.keys(words.reasons).filter((reason) => !scopes.early.includes(reason))
  const open = operationsOf(document).filter(({ security }) => security?.length === 0)
  return [
    '/* Made by npm run generate; never edited. */\n',
    '/**',
    ' * Why a request fails, and how each style that can fail so answers. `{problem}` is the sentence of the first',
    ' * breach; `problems`: the answer lists the breaches.',
    ' */',
    table('failures', Object.fromEntries(reasons.map((reason) => [reason, answersTo(words, reason)]))),
    'export type FailureReason = keyof typeof failures\n',
    '/**',
    ' * How a request can break the contract: what that is called in the body and in the query (of a value of the right',
    " * type the field's `x-failure-reason` goes before), and its sentence. `{characters}` is the field's",
    ' * `x-pattern-message`; a field that is missing may have an `x-missing-message`, which stands for `{problem}`.',
    ' */',
    table('problems', breaches),
    'export type ProblemKind = keyof typeof problems\n',
    '/** JSON types in words, for `{type}`. */',
    table('typeWords', types),
    '/** What was done, by style. */',
    table('messages', Object.fromEntries(styles.map(({ name, messages }) => [name, messages]))),
    '/** What is refused before there is a request, in the style that owns every path. */',
    table('earlyFailures', earlyAnswers(words)),
    '/** The operations that ask for no token. */',
    `export const publicOperations = ${JSON.stringify(
      open.map(({ operationId }) => operationId),
      null,
      2,
    )} as const\n`,
    'export type PublicOperation = (typeof publicOperations)[number]\n',
  ].join('\n')
}

function answersTo({ styles }: Words, reason: string) {
  return Object.fromEntries(
    styles.flatMap(({ name, answers }) => {
      const answer = answers[reason]
      return answer ? [[name, { ...said(answer), ...(answer.problems && { problems: true }) }]] : []
    }),
  )
}

function earlyAnswers({ styles, scopes }: Words) {
  const { answers = {}, early = {} } = styles.find(({ paths }) => paths.includes(everyPath)) ?? {}
  const special = Object.entries(early).map(([name, { message, ...own }]) => {
    const { status, code } = 'like' in own ? (answers[own.like] as AnswerWords) : own
    return [name, { reason: 'like' in own ? own.like : name, status, code, message }]
  })
  return Object.fromEntries([
    ...scopes.early.map((reason) => [reason, { reason, ...said(answers[reason] as AnswerWords) }]),
    ...special,
  ])
}

const said = ({ status, code, message }: AnswerWords) => ({ status, code, message })

/** A row a line. */
function table(name: string, value: object): string {
  const rows = Object.entries(value).map(([key, row]) => `  ${JSON.stringify(key)}: ${JSON.stringify(row)},\n`)
  return `export const ${name} = {\n${rows.join('')}} as const\n`
}

import { type Document, type FailureAnswer, type FailureSituation, type Json, operationsOf } from './document.ts'

/** A sentence by language. Without Chinese: said before there is a request, and so before there is a language. */
export interface Sentence {
  en: string
  zh?: string
}

/** The tables of words as TypeSpec has them (lib/decorators.tsp): `x-words` of the compiler's output. */
export interface Words {
  reasons: Record<string, { when: string; todo: string }>
  scopes: { always: string[]; outside: string[]; early: string[] }
  breaches: Record<string, { reason: { body: string; query: string }; message: Sentence }>
  types: Record<string, Sentence>
  styles: StyleWords[]
}

export interface StyleWords {
  name: string
  /** Of its operations and schemas. */
  namespace: string
  title: string
  language: 'en' | 'zh'
  mediaType: string
  ids: string
  paths: string[]
  answers: Record<string, AnswerWords>
  early?: Record<string, EarlyWords>
  messages: Record<string, Sentence>
}

interface AnswerWords {
  status: number
  code: string
  message: Sentence
  problems?: { field: string; kind: string; expected?: string }[]
  request?: string
}

type EarlyWords = { message: { en: string } } & ({ status: number; code: string } | { like: string })

/** Takes the tables out of the compiler's output, which has `x-styles` and `x-failures` of them instead. */
export function takeWords(document: Document): Words {
  const { 'x-words': words, ...rest } = document as Document & { 'x-words': Words }
  for (const key of Object.keys(document)) delete (document as unknown as Record<string, Json>)[key]
  Object.assign(document, rest, {
    'x-styles': Object.fromEntries(
      words.styles.map(({ name, namespace, title, language, mediaType, ids, paths }) => [
        name,
        { title, namespace, language, mediaType, ids, paths },
      ]),
    ),
    'x-failures': Object.entries(words.reasons).map(([reason, { when, todo }]) =>
      situationOf(words, reason, when, todo),
    ),
  })
  return words
}

function situationOf({ styles, breaches }: Words, reason: string, when: string, todo: string): FailureSituation {
  const answered = styles.filter(({ answers }) => answers[reason])
  return {
    reason,
    when,
    todo,
    ...Object.fromEntries(answered.map((style) => [style.name, exampleIn(style, reason)])),
  }

  /** As the style says it in its own language. */
  function exampleIn({ answers, language }: StyleWords, reason: string): FailureAnswer {
    const { status, code, message, problems, request } = answers[reason] as AnswerWords
    const told = problems?.map(({ field, kind, expected = '' }) => ({
      field,
      message: fill(sentence(breaches[kind]?.message), { field, expected }),
    }))
    return {
      status,
      code,
      message: fill(sentence(message), { problem: told?.[0]?.message ?? '' }),
      ...(told && { problems: told }),
      ...(request && { request }),
    }

    function sentence(words: Sentence | undefined): string {
      return words?.[language] ?? words?.en ?? ''
    }
  }
}

function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder)
}

/** The tables as TypeScript, for the service. */
export function failuresModule(words: Words, document: Document): string {
  const { styles, scopes, breaches, types } = words
  const said = ({ status, code, message, problems }: AnswerWords) => ({
    status,
    code,
    message,
    ...(problems && { problems: true }),
  })
  const answersTo = (reason: string) =>
    Object.fromEntries(styles.flatMap(({ name, answers }) => (answers[reason] ? [[name, said(answers[reason])]] : [])))
  const reasons = Object.keys(words.reasons).filter((reason) => !scopes.early.includes(reason))
  const open = operationsOf(document).filter(({ security }) => security?.length === 0)
  const openIds = open.map(({ operationId }) => operationId)
  const table = (name: string, value: object) => {
    const rows = Object.entries(value).map(([key, row]) => `  ${JSON.stringify(key)}: ${JSON.stringify(row)},\n`)
    return `export const ${name} = {\n${rows.join('')}} as const\n`
  }
  return [
    '/* Made by npm run generate; never edited. */\n',
    '/**',
    ' * Why a request fails, and how each style that can fail so answers. `{problem}` is the sentence of the first',
    ' * breach; `problems`: the answer lists the breaches.',
    ' */',
    table('failures', Object.fromEntries(reasons.map((reason) => [reason, answersTo(reason)]))),
    'export type FailureReason = keyof typeof failures\n',
    '/**',
    ' * How a request can break the contract: what that is called in the body and in the query (of a value of the right',
    " * type the field's `x-failure-reason` goes before), and its sentence. `{characters}` is the field's `x-pattern-message`; a field that is",
    ' * missing may have an `x-missing-message`, which stands for `{problem}`.',
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
    `export const publicOperations = ${JSON.stringify(openIds, null, 2)} as const\n`,
    'export type PublicOperation = (typeof publicOperations)[number]\n',
  ].join('\n')
}

/** In the style that owns every path. */
function earlyAnswers({ styles, scopes }: Words): Record<string, Pick<AnswerWords, 'status' | 'code' | 'message'>> {
  const owner = styles.find(({ paths }) => paths.includes('/*'))
  if (!owner) throw new Error('no style owns every path (/*): nobody answers what is no request')
  const { answers, early = {} } = owner
  const answer = (reason: string): AnswerWords => {
    if (!answers[reason]) throw new Error(`the ${owner.name} style has no answer to "${reason}"`)
    return answers[reason]
  }
  const special = Object.entries(early).map(([name, { message, ...own }]) => {
    const { status, code } = 'like' in own ? answer(own.like) : own
    return [name, { status, code, message }]
  })
  return Object.fromEntries([...scopes.early.map((reason) => [reason, answer(reason)]), ...special])
}

import type { ContractDocument, FailureAnswer, FailureSituation } from '../../contract/document.ts'

/**
 * A sentence by language. Without Chinese: said before there is a request, and so before there is a
 * language.
 */
export interface Sentence {
  en: string
  zh?: string
}

/** The tables of words as TypeSpec has them (lib/words.tsp): `x-words` of the compiler's output. */
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
  names: string
  paths: string[]
  tags: Record<string, string>
  reasons?: Words['reasons']
  answers: Record<string, AnswerWords>
  early?: Record<string, EarlyWords>
  example?: Record<string, unknown>
  messages: Record<string, Sentence>
}

export interface AnswerWords {
  status: number
  code: string
  message: Sentence
  problems?: { field: string; kind: string; expected?: string }[]
  request?: string
}

export type EarlyWords = { message: { en: string } } & ({ status: number; code: string } | { like: string })

/** The style whose shape answers what is no path of anybody's, and no request at all. */
export const everyPath = '/*'

/**
 * Takes the tables out of the compiler's output, which has `x-styles` and `x-failures` of them
 * instead.
 *
 * @throws Error where the tables do not fit together
 */
export function takeWords(document: ContractDocument & { 'x-words'?: Words }): Words {
  const words = document['x-words']
  if (!words) throw new Error('the service has no @vocabulary')
  delete document['x-words']
  for (const { reasons } of words.styles) Object.assign(words.reasons, reasons)
  checkWords(words)
  document['x-styles'] = Object.fromEntries(
    words.styles.map(({ name, namespace, title, language, mediaType, ids, names, paths }) => [
      name,
      { title, namespace, language, mediaType, ids, names, paths, failure: {} },
    ]),
  )
  document['x-failures'] = Object.entries(words.reasons).map(([reason, { when, todo }]) => ({
    reason,
    when,
    todo,
    ...answersTo(words, reason),
  }))
  document.tags = document.tags
    .map(({ name }) => {
      const description = words.styles.find(({ tags }) => tags[name])?.tags[name]
      if (!description) throw new Error(`no style says what the tag "${name}" is about`)
      return { name, description }
    })
    .sort((one, other) => one.name.localeCompare(other.name, 'en'))
  return words
}

/**
 * @throws Error with a plain sentence about the first thing that is missing, or that is there twice
 */
function checkWords({ reasons, scopes, breaches, styles }: Words): void {
  const isKnown = (reason: string, by: string) => {
    if (!reasons[reason]) throw new Error(`${by} names the reason "${reason}", which is none (common/reasons.tsp)`)
  }
  for (const [kind, { reason }] of Object.entries(breaches))
    for (const each of Object.values(reason)) isKnown(each, `the breach "${kind}"`)
  const owner = styles.find(({ paths }) => paths.includes(everyPath))
  if (!owner) throw new Error(`no style owns every path (${everyPath}): nobody answers what is no request`)
  for (const style of styles) {
    const { name, answers, early = {}, paths } = style
    for (const other of styles.filter((each) => each !== style)) {
      if (other.name === name) throw new Error(`two styles are called ${name}`)
      const shared = paths.find((path) => other.paths.includes(path))
      if (shared) throw new Error(`the ${name} style and the ${other.name} style both own ${shared}`)
    }
    const needed = [...scopes.always, ...scopes.outside, ...(style === owner ? scopes.early : [])]
    for (const reason of needed)
      if (!answers[reason])
        throw new Error(`the ${name} style has no answer to "${reason}", which it can always fail with`)
    for (const [reason, { problems = [] }] of Object.entries(answers)) {
      isKnown(reason, `the ${name} style`)
      for (const { kind } of problems)
        if (!breaches[kind])
          throw new Error(`the ${name} style shows "${reason}" with the breach "${kind}", which is none`)
    }
    for (const [early_, answer] of Object.entries(early))
      if ('like' in answer && !answers[answer.like])
        throw new Error(`the ${name} style words "${early_}" like "${answer.like}", to which it has no answer`)
  }
}

/** What each style that can fail so says, in its own language. */
function answersTo({ styles, breaches }: Words, reason: string): Pick<FailureSituation, string> {
  return Object.fromEntries(
    styles.flatMap((style) => {
      const answer = style.answers[reason]
      return answer ? [[style.name, exampleIn(style, answer)]] : []
    }),
  )

  function exampleIn(
    { language }: StyleWords,
    { status, code, message, problems, request }: AnswerWords,
  ): FailureAnswer {
    const sentence = (words: Sentence | undefined) => words?.[language] ?? words?.en ?? ''
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
  }
}

function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder)
}

import type { Contract, FailureAnswer, Language } from './contract.ts'
import type { Failure } from './failures.ts'
import type { Problem } from './problems.ts'
import type { WordedFailure } from './style.ts'

/** Problems that an answer lists at most. */
const maxProblems = 50

/** @throws Error where the contract has no answer of this style for the reason */
export function wordFailure(
  contract: Contract,
  style: string,
  { reason, problems }: Failure,
  language: Language,
): WordedFailure {
  const answer: FailureAnswer | undefined = contract.failures[reason]?.[style]
  if (!answer) throw new Error(`the style ${style} has no answer for ${reason}`)
  const listed = problems
    .slice(0, maxProblems)
    .map((problem) => ({ field: problem.field, message: describeProblem(contract, problem, language) }))
  return {
    reason,
    status: answer.status,
    code: answer.code,
    message: fill(answer.message[language], { problem: listed[0]?.message ?? '' }),
    problems: answer.problems && listed,
  }
}

/** What is wrong, in a sentence that names the field and says what would be right. */
function describeProblem({ problems, typeWords }: Contract, problem: Problem, language: Language): string {
  const { kind, field, expected = '', words } = problem
  if (kind === 'missing' && words) return words[language]
  const type = typeWords[expected]?.[language] ?? expected
  return fill(problems[kind].message[language], { field, expected, type, characters: words?.[language] ?? '' })
}

/** Puts values in the place of their names in braces. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

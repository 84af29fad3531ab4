import { idsOf, type Ledger, namedTest, type Rule, type Standard } from './ledger.ts'
import { readable } from './titles.ts'

type Verdict = 'held' | 'otherwise' | 'not ours'

/** What the ledger says of a rule. */
export function verdictOf({ differs, outside }: Rule): Verdict {
  if (outside !== undefined) return 'not ours'
  return differs === undefined ? 'held' : 'otherwise'
}

/** The ledger for readers. */
export function ledgerMarkdown({ standards, awaited }: Ledger): string {
  return [
    '# Security ledger',
    '',
    wrap(
      'Which rule of the standards is held by which test, how we do otherwise, and what is not for this service to hold. Rules are told in few words of our own: theirs count. A test that is named here exists and has passed; CI looks (`npm run ledger`). Made of `docs/security-ledger.yaml`.',
    ),
    '',
    '| standard | rules | held | otherwise | not ours |',
    '|---|--:|--:|--:|--:|',
    ...standards.map(summary),
    '',
    ...standards.flatMap((standard) => standardLines(standard, awaited)),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
}

function summary({ standard, chapters }: Standard): string {
  const rules = chapters.flatMap(({ rules }) => rules)
  const count = (all: readonly Rule[]) => all.reduce((sum, rule) => sum + idsOf(rule).length, 0)
  const of = (verdict: Verdict) => count(rules.filter((rule) => verdictOf(rule) === verdict))
  return `| ${standard} | ${count(rules)} | ${of('held')} | ${of('otherwise')} | ${of('not ours')} |`
}

const standardLines = ({ standard, scope, chapters }: Standard, awaited: Ledger['awaited']): string[] => [
  `## ${standard}`,
  '',
  wrap(scope),
  '',
  ...chapters.flatMap(({ chapter, rules }) => [
    `### ${chapter}`,
    '',
    ...rules.flatMap((rule) => ruleLines(rule, awaited)),
    '',
  ]),
]

function ruleLines(rule: Rule, awaited: Ledger['awaited']): string[] {
  const { id, rule: wants, how, differs, outside, said = [], tests = [] } = rule
  const words = [
    `**${id}** ${wants}`,
    ...(how === undefined ? [] : [how]),
    ...(differs === undefined ? [] : [`*Otherwise:* ${differs}`]),
    ...(outside === undefined ? [] : [`*Not ours:* ${outside}`]),
  ]
  return [
    wrap(words.join(' '), '- ', '  '),
    ...(said.length > 0 ? [wrap(`said in ${said.map((file) => `\`${file}\``).join(', ')}`, '  - ', '    ')] : []),
    ...tests.map((test) => {
      const { file, title } = namedTest(test)
      return wrap(
        `\`${file.replace(/^test\/|\.test\.ts$/g, '')}\` ${plain(readable(title))}${awaited.includes(file) ? ' (awaited)' : ''}`,
        '  - ',
        '    ',
      )
    }),
  ]
}

/** Titles are no Markdown. */
const plain = (text: string) => text.replace(/[\\`*_<>[\]|]/g, '\\$&')

/** At 100 columns. */
function wrap(text: string, first = '', rest = ''): string {
  const lines: string[] = []
  let line = first
  for (const word of text.split(' ')) {
    const isEmpty = line === first || line === rest
    if (!isEmpty && line.length + 1 + word.length > 100) {
      lines.push(line)
      line = rest + word
    } else line += (isEmpty ? '' : ' ') + word
  }
  return [...lines, line].join('\n')
}

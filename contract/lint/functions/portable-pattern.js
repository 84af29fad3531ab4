/**
 * A pattern has to mean the same in JavaScript with and without the `u` flag, Python's re, Rust's
 * regex (pydantic), Java and RE2 (Go). So: characters of ASCII and `\xNN` alone, and nothing that
 * one of them lacks.
 */
export default function portablePattern(pattern) {
  if (typeof pattern !== 'string') return
  return foreign.filter(([syntax]) => syntax.test(pattern)).map(([, why]) => ({ message: `"${pattern}" has ${why}` }))
}

const foreign = [
  [/\\u/, '\\u…, which RE2 lacks, and surrogates are no characters outside JavaScript: write \\xNN'],
  [/[^\x20-\x7e]/, 'a character beyond ASCII, which may be cut or break a line where it is written into code'],
  [/\\p/i, 'a Unicode property, which JavaScript knows with the u flag alone and Python not at all'],
  [/\(\?(?!:)/, 'a group that looks around, is named or sets flags, which Rust and RE2 lack or write differently'],
  [/\\[1-9k]/, 'a back reference, which Rust and RE2 lack'],
  [
    /\\[dwb]|(?<!\[\\s\\S|\[\\S)\\s(?!\\S\])/i,
    'a class that is wider in some languages than in others: name its characters',
  ],
]

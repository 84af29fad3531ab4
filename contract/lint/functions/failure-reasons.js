/**
 * `x-failure-reasons` names the rows of the table of failures (`x-failures`) that an operation can
 * answer with, each answered in its style, and `x-error-codes` is what they make: no code without a
 * reason, no reason whose code is kept quiet.
 */
export default function failureReasons({ paths, 'x-failures': failures = [] }) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      faultsOf(operation, failures).map((message) => ({ message, path: ['paths', path, method] })),
    ),
  )
}

function faultsOf({ 'x-style': style, 'x-failure-reasons': reasons, 'x-error-codes': codes = [] }, failures) {
  if (!(reasons?.length > 0)) return ['has no x-failure-reasons: every operation can fail']
  const answers = new Map(failures.map((failure) => [failure.reason, failure[style]]))
  const unknown = reasons.filter((reason) => !answers.get(reason))
  const made = new Set(reasons.flatMap((reason) => answers.get(reason)?.code ?? []))
  return [
    ...unknown.map((reason) => `"${reason}" is no reason that x-failures answers in this style (${style})`),
    ...codes.filter((code) => !made.has(code)).map((code) => `no reason makes the code "${code}"`),
    ...[...made].filter((code) => !codes.includes(code)).map((code) => `x-error-codes lacks "${code}"`),
  ]
}

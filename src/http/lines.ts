/** Whether a body comes or goes as lines of JSON. */
export function isLines(body: unknown): body is AsyncIterable<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

/** The same lines, each shown to `check` before it is handed on. */
export async function* checkLines(
  lines: AsyncIterable<unknown>,
  check: (line: unknown) => void,
): AsyncIterable<unknown> {
  for await (const line of lines) {
    check(line)
    yield line
  }
}

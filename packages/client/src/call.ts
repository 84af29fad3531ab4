import { JanusError } from './errors.ts'
import type { Answer, Call } from './types.ts'

/** The promise of the data of an answer, with other ways to have it. */
export function callOf<Data, Code extends string, Raw>(answer: Promise<Answer<Raw, Data>>): Call<Data, Code, Raw> {
  const data = answer.then((told) => told.data)
  // Who takes the answer in another way does not look at that promise: it must not count as a
  // rejection that nobody handles.
  const withResponse = () => {
    data.catch(() => {})
    return answer
  }
  return Object.assign(data, {
    withResponse,
    result: () =>
      withResponse().then(
        (told) => ({ ok: true as const, ...told }),
        (error) => {
          if (!(error instanceof JanusError)) throw error
          return { ok: false as const, error }
        },
      ),
  })
}

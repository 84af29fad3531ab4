import { JanusError } from './errors.ts'
import type { Answer, Call, Result } from './types.ts'

type Told<Data, Raw> = Answer<Raw> & { readonly data: Data }

/** The promise of the data, with other ways to have it. */
export function callOf<Data, Code extends string, Raw>(answer: Promise<Told<Data, Raw>>): Call<Data, Code, Raw> {
  const data = answer.then((told) => told.data)
  // Who takes the answer in another way does not look at this promise: it must not count as a
  // rejection that nobody handles.
  const instead = () => {
    data.catch(() => {})
    return answer
  }
  return Object.assign(data, {
    withResponse: instead,
    result: () =>
      instead().then(
        (told): Result<Data, Code, Raw> => ({ ok: true, ...told }),
        (error): Result<Data, Code, Raw> => {
          if (!(error instanceof JanusError)) throw error
          return { ok: false, error }
        },
      ),
  })
}

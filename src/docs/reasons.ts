import { type Face, facesOf, type Style } from './capabilities.ts'
import type { Contract, Failure, Wording } from './contract.ts'

/** A failure as one style tells it. */
export interface Told {
  readonly failure: Failure
  readonly wording: Wording
}

/** Every reason that a style tells by this code. */
export function reasonsOf(contract: Contract, style: Style, code: string): readonly Told[] {
  return contract['x-failures'].flatMap((failure) => {
    const wording = failure[style]
    return wording?.code === code ? [{ failure, wording }] : []
  })
}

/**
 * The reasons for which an operation fails. The document names its codes; where a code stands for several reasons, the codes of the other style tell which of them can be
 * meant: a list answers AUTH_003, but never for a refresh token, since its twin has no code for that.
 */
export function failuresOf(contract: Contract, face: Face): readonly Told[] {
  const { style, operation } = face
  const other = style === 'rpc' ? 'rest' : 'rpc'
  const known = new Set(twinsOf(contract, face).flatMap((twin) => twin.operation['x-error-codes']))
  return operation['x-error-codes'].flatMap((code) => {
    const all = reasonsOf(contract, style, code)
    const meant = all.filter(({ failure }) => failure[other] === undefined || known.has(failure[other].code))
    return meant.length > 0 ? meant : all.slice(0, 1)
  })
}

/** The operations of the other style that do the same; where there is none, those of the same group. */
function twinsOf(contract: Contract, { style, operation }: Face): readonly Face[] {
  const others = facesOf(contract).filter((face) => face.style !== style)
  const twins = others.filter(({ id }) => operation['x-twin']?.includes(id))
  const group = (tags: readonly string[]) => tags[0]?.split(' ').at(-1)
  return twins.length > 0 ? twins : others.filter((face) => group(face.operation.tags) === group(operation.tags))
}

/** What a server writes: a timeline of the cluster of this identifier. */
export interface Written {
  /** Each promotion begins a later one (PostgreSQL 15, 26.3.5); 0 where it is not told. */
  readonly timeline: number
  /** Of `pg_control_system()`; empty where it is not told. */
  readonly system: string
}

/** What a server says when it is asked whether it takes writes; `at` is its place in the list. */
export type Answer = { readonly at: number } & (
  | ({ readonly says: 'writes' } & Written)
  | { readonly says: 'reads' | 'refuses' | 'nothing' }
)

export type Present = Written & { readonly at: number }

type Writing<A extends Answer> = Extract<A, { says: 'writes' }>

/** Whether they are of two clusters, whose timelines are nothing to each other. */
const differ = (one: Written, other: Written) => one.system !== '' && other.system !== '' && one.system !== other.system

/**
 * Whether it is a primary of the past, that somebody has started again: what is written there is
 * lost.
 */
export const isFormer = (each: Written, present: Written): boolean =>
  !differ(each, present) && each.timeline !== 0 && each.timeline < present.timeline

/** Whether it was promoted after the present one. */
const isNewer = (each: Written, present: Written) =>
  !differ(each, present) && present.timeline !== 0 && each.timeline > present.timeline

/** Whether both lead to the same server, as two proxies do. */
export const isSame = (each: Written, present: Written): boolean =>
  !differ(each, present) && each.timeline === present.timeline

const writing = <A extends Answer>(answers: readonly A[]) =>
  answers.filter((each): each is Writing<A> => each.says === 'writes')

const latest = <W extends Present>(able: readonly W[]): W | undefined =>
  able.toSorted((one, other) => other.timeline - one.timeline || one.at - other.at)[0]

/**
 * The server to go to.
 *
 * @param present where connections go now, if anywhere yet
 * @param isLost whether it was given up
 * @returns `present` to stay; undefined where there is none
 */
export function chooseServer<A extends Answer>(
  answers: readonly A[],
  present: Present | undefined,
  isLost: boolean,
): Writing<A> | 'present' | undefined {
  const able = writing(answers)
  const candidates = present ? able.filter((each) => !isFormer(each, present)) : able
  const now = answers.find(({ at }) => at === present?.at)
  if (present && !isLost) {
    // While it writes, only a later timeline of the same cluster is a reason to leave: another
    // address of the same server is none, and another cluster may be the one that was left.
    if (now?.says === 'writes' && !differ(now, present))
      return latest(candidates.filter((each) => isNewer(each, present))) ?? 'present'
    // Too busy to answer, or cut off for a moment: as long as nobody else takes writes.
    if (candidates.length === 0 && (now === undefined || now.says === 'nothing')) return 'present'
  }
  const known = present ?? candidates.toSorted((one, other) => one.at - other.at)[0]
  return latest(candidates.filter((each) => known && !differ(each, known))) ?? latest(candidates)
}

/** Whether more answers would change nothing: the present one is gone, or another was promoted. */
export function isDecided(answers: readonly Answer[], present: Present | undefined): boolean {
  if (!present) return false
  const able = writing(answers)
  const now = answers.find(({ at }) => at === present.at)
  const isGone = now?.says === 'reads' || now?.says === 'refuses'
  return able.some((each) => isNewer(each, present) || (isGone && isSame(each, present)))
}

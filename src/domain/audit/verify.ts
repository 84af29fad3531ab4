import { kidOf } from '../sessions/key-material.ts'
import { trustedKeys } from './keys.ts'
import { digestOf, hashOf, isSignedBy, leafOf, MerkleTree, origin, type Root } from './sealing.ts'
import type { StoredSeal, TrailSource } from './trail-source.ts'

export interface VerifyOptions {
  /** The hash of a root that the log has shown, in hexadecimal: it has to be in the chain. */
  readonly root?: string | undefined
  /** As the service has it. */
  readonly keyEncryptionKey?: string | undefined
  /** Told of every fault, in a sentence. */
  readonly onFault: (fault: string) => void
  /** Told how far it is, by numbers of events. */
  readonly onProgress?: (number: number) => void
}

export interface Verified {
  readonly faults: number
  /** The numbers of the first and last event that were held against a root; 0 for none. */
  readonly first: number
  readonly last: number
  readonly roots: number
  /** Of how many events before `first` and after the seal alone is left, since they were pruned. */
  readonly pruned: number
  /** The hash of the last root, in hexadecimal; of none undefined. */
  readonly root: string | undefined
  /** Events that wait for their seal: of these nothing is proven yet. */
  readonly waiting: number
}

/** Rows of a page. */
const atOnce = 1000
/** Faults of a kind that one query may find. */
const shownAtMost = 100

/**
 * Holds every event against its seal, the seals against their root, and each root against its
 * signature and the one before. The memory that it takes does not grow with the trail.
 */
export async function verifyTrail(source: TrailSource, options: VerifyOptions): Promise<Verified> {
  let faults = 0
  const fault = (text: string) => {
    faults++
    options.onFault(text)
  }
  const trusted = await trustedKeys(await source.listKeys(), options.keyEncryptionKey)
  const keys = new Map(trusted.map(({ kid, publicKey }) => [kid, publicKey]))
  const boundary = await source.findBoundary()
  // Before the walk: what is written and sealed meanwhile is no fault.
  const beyond = await source.findBeyond()
  let before: Root | undefined
  let first = 0
  let roots = 0
  let isRootMet = options.root === undefined
  let pruned = 0
  let isAtBoundary = false
  let isBoundaryProven = false

  for (let after = 0; ; ) {
    const page = await source.listRoots(after, atOnce)
    for (const root of page) {
      after = root.lastNumber
      roots++
      const hash = hashOf(root).toString('hex')
      if (hash === options.root) isRootMet = true
      checkSignature(root)
      if (!before && boundary?.dropped === root.lastNumber && boundary.root === hash) {
        first = root.lastNumber + 1
        isAtBoundary = true
      } else {
        checkChain(root)
        await checkSeals(root)
      }
      before = root
    }
    if (page.length < atOnce) break
  }
  const last = before?.lastNumber ?? 0

  if (isAtBoundary && !isBoundaryProven)
    fault(`the beginning of the trail, at event ${first}, is not proven: the event that says so has no seal that holds`)
  if (beyond !== undefined) fault(`event ${beyond} has a seal, but no root: it was inserted, or its root is missing`)
  for (const id of await source.listStray(shownAtMost))
    fault(`the event with the id ${id} was inserted: it has no seal`)
  for (const id of await source.listGone(shownAtMost))
    fault(`the event with the id ${id} is missing; it had no seal yet`)
  if (!isRootMet) fault(`the root ${options.root} is not in the trail: its end was cut off, or the trail was made anew`)
  return {
    faults,
    first: last >= first ? first : 0,
    last: last >= first ? last : 0,
    roots,
    pruned,
    root: before && hashOf(before).toString('hex'),
    waiting: await source.countWaiting(),
  }

  function checkSignature(root: Root): void {
    const publicKey = keys.get(root.kid)
    if (publicKey === undefined)
      fault(`the root of event ${root.lastNumber} is signed by a key that is not the trail's: ${root.kid}`)
    else if (!isSigned(root, publicKey)) fault(`the signature of the root of event ${root.lastNumber} is forged`)
  }

  function checkChain(root: Root): void {
    const from = root.lastNumber - root.count + 1
    const expected = (before?.lastNumber ?? 0) + 1
    if (!before) first = from
    if (from !== expected)
      fault(
        from > expected
          ? `events ${expected} to ${from - 1} are missing, with their roots`
          : `the root of event ${root.lastNumber} vouches for events of the root before it`,
      )
    const previous = before ? hashOf(before) : origin
    if (!root.previous.equals(previous) && (before || from === 1))
      fault(
        `the root of event ${root.lastNumber} does not follow the one before it: a root was changed, inserted or is missing`,
      )
  }

  async function checkSeals(root: Root): Promise<void> {
    const tree = new MerkleTree()
    const from = root.lastNumber - root.count + 1
    let isWhole = true
    let next = from
    const missing = (upTo: number) => {
      if (next > upTo) return
      isWhole = false
      fault(
        next === upTo
          ? `event ${next} is missing, with its seal`
          : `events ${next} to ${upTo} are missing, with their seals`,
      )
    }
    for (let after = from - 1; ; ) {
      const page = await source.listSeals(after, root.lastNumber, atOnce)
      for (const seal of page) {
        after = seal.number
        if (seal.number < next) {
          isWhole = false
          fault(`event ${seal.number} has two seals: one was inserted`)
          continue
        }
        missing(seal.number - 1)
        next = seal.number + 1
        checkEvent(seal)
        tree.add(leafOf(seal))
      }
      options.onProgress?.(after)
      if (page.length < atOnce) break
    }
    missing(root.lastNumber)
    if (isWhole && !tree.root().equals(root.merkleRoot))
      fault(
        `the seals of events ${from} to ${root.lastNumber} are not those of their root: one was changed, or their order`,
      )
  }

  /**
   * Whether the boundary says that an event of this moment was dropped. One that nothing begins at,
   * or that speaks of what comes after itself, is forged: an owner of the tables could have the
   * service seal it, and then take away what they like.
   */
  function isPruned(at: Date): boolean {
    return isAtBoundary && boundary !== undefined && boundary.before <= boundary.at && at < boundary.before
  }

  function checkEvent({ event, copies, ...seal }: StoredSeal): void {
    const { number, eventId: id } = seal
    // The time of a seal is in its leaf: it vouches for what was pruned beside what was kept.
    if (!event && isPruned(seal.at)) pruned++
    else if (!event) fault(`event ${number} is missing (id ${id})`)
    else if (copies > 1) fault(`event ${number} is there ${copies} times (id ${id}): one was inserted`)
    else if (!digestOf(event).equals(seal.digest)) fault(`event ${number} was changed (id ${id})`)
    else if (event.actorId !== seal.actorId || event.targetId !== seal.targetId || event.action !== seal.action)
      fault(`the seal of event ${number} was changed: lists would not find it`)
    else if (id === boundary?.eventId) isBoundaryProven = true
  }
}

function isSigned(root: Root, publicKey: string): boolean {
  try {
    // Otherwise somebody could put a key of their own in the place of ours.
    return kidOf(publicKey) === root.kid && isSignedBy(root, publicKey)
  } catch {
    return false
  }
}

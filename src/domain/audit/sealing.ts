import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'

/** An event as it is stored, to the character: what is sealed. */
export interface StoredEvent {
  readonly id: string
  readonly at: Date
  readonly action: string
  readonly actorId: string | null
  readonly credentialKind: string
  readonly credentialId: string | null
  readonly targetId: string | null
  readonly sessionId: string | null
  /** JSON. */
  readonly changes: string | null
  /** JSON. */
  readonly details: string | null
  readonly address: string | null
  readonly userAgent: string | null
  readonly requestId: string | null
}

/** The place of an event in the trail, and what lists find it by. */
export interface Seal {
  /** From 1, without a gap. */
  readonly number: number
  readonly eventId: string
  readonly at: Date
  readonly actorId: string | null
  readonly targetId: string | null
  readonly action: string
  /** See `digestOf`. */
  readonly digest: Buffer
}

/** What vouches for the seals from the root before it to `lastNumber`. */
export interface Root {
  readonly lastNumber: number
  readonly count: number
  /** Of these events. */
  readonly earliest: Date
  /** Of these and of all events before. */
  readonly latest: Date
  /** Whether one of them is much older than one before: the exception, as lists need to know. */
  readonly late: boolean
  readonly merkleRoot: Buffer
  /** The hash of the root before (`hashOf`); of the first, zeros. */
  readonly previous: Buffer
  /** Of the key that has signed it. */
  readonly kid: string
  /** When it was made. */
  readonly at: Date
  /** Ed25519 (RFC 8032), of the hash. */
  readonly signature: Buffer
}

/** Before the first root. */
export const origin = Buffer.alloc(32)

/** Milliseconds by which events may come out of order without being `late`. */
const lateAfterMs = 60_000

/**
 * The root of some events, which is not signed yet.
 *
 * @param before the last root
 * @param seals of these events, in the order of their numbers; at least one
 */
export function rootOf(
  before: Root | undefined,
  seals: readonly Seal[],
  kid: string,
  at: Date,
): Omit<Root, 'signature'> {
  const moments = seals.map((seal) => seal.at.getTime())
  const earliest = Math.min(...moments)
  const latestBefore = before?.latest.getTime() ?? Number.NEGATIVE_INFINITY
  const tree = new MerkleTree()
  for (const seal of seals) tree.add(leafOf(seal))
  return {
    lastNumber: (seals.at(-1) as Seal).number,
    count: seals.length,
    earliest: new Date(earliest),
    latest: new Date(Math.max(latestBefore, ...moments)),
    late: earliest < latestBefore - lateAfterMs,
    merkleRoot: tree.root(),
    previous: before ? hashOf(before) : origin,
    kid,
    at,
  }
}

/** SHA-256 of everything that an event says. */
export const digestOf = (event: StoredEvent): Buffer =>
  sha256(
    encode(
      'janus audit event 1',
      event.id,
      event.at,
      event.action,
      event.actorId,
      event.credentialKind,
      event.credentialId,
      event.targetId,
      event.sessionId,
      event.changes,
      event.details,
      event.address,
      event.userAgent,
      event.requestId,
    ),
  )

/**
 * What the tree has of an event. Number and time are in it beside the digest: so they stay proven
 * where the event itself has been pruned.
 */
export const leafOf = ({ number, at, digest }: Pick<Seal, 'number' | 'at' | 'digest'>): Buffer =>
  Buffer.from(encode(number, at, digest))

/** SHA-256 of a root, which the next one and its signature are of, and which the log shows. */
export const hashOf = (root: Omit<Root, 'signature'>): Buffer =>
  sha256(
    encode(
      'janus audit root 1',
      root.lastNumber,
      root.count,
      root.earliest,
      root.latest,
      root.late,
      root.merkleRoot,
      root.previous,
      root.kid,
      root.at,
    ),
  )

export const signRoot = (root: Omit<Root, 'signature'>, privateKey: KeyObject): Root => ({
  ...root,
  signature: sign(null, hashOf(root), privateKey),
})

/** @param publicKey SPKI, PEM */
export const isSignedBy = (root: Root, publicKey: string): boolean =>
  verify(null, hashOf(root), createPublicKey(publicKey), root.signature)

/** The root of a Merkle tree (RFC 6962, 2.1), in memory that grows with its depth alone. */
export class MerkleTree {
  /** Whole subtrees, each larger than the next. */
  readonly #trees: { size: number; hash: Buffer }[] = []

  add(leaf: Buffer): void {
    let tree = { size: 1, hash: sha256(Buffer.concat([leafMark, leaf])) }
    for (let last = this.#trees.at(-1); last?.size === tree.size; last = this.#trees.at(-1)) {
      this.#trees.pop()
      tree = { size: 2 * tree.size, hash: nodeOf(last.hash, tree.hash) }
    }
    this.#trees.push(tree)
  }

  root(): Buffer {
    if (this.#trees.length === 0) return sha256('')
    return this.#trees.map(({ hash }) => hash).reduceRight((right, left) => nodeOf(left, right))
  }
}

const nodeOf = (left: Buffer, right: Buffer) => sha256(Buffer.concat([nodeMark, left, right]))
const nodeMark = Buffer.from([1])
const leafMark = Buffer.from([0])

const sha256 = (data: Buffer | string): Buffer => hash('sha256', data, 'buffer')

/**
 * One text for these values and for no others: JSON (RFC 8259) of their list, times as milliseconds
 * since 1970, bytes in hexadecimal.
 */
const encode = (...values: readonly (string | number | boolean | Date | Buffer | null)[]): string =>
  JSON.stringify(
    values.map((value) =>
      value instanceof Date ? value.getTime() : Buffer.isBuffer(value) ? value.toString('hex') : value,
    ),
  )

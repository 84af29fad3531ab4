/** How much of a secret is compared at first; shorter ones are not looked for. */
export const shortest = 8

/** By how much the hash of what stands `shortest` places back has been multiplied. */
const outgoing = Array.from({ length: shortest }).reduce<number>((product) => Math.imul(product, 31), 1)

/**
 * Many texts, looked for in another one at once: whatever their number, each place of the text is
 * looked at once (Karp and Rabin, 1987).
 */
export function createSecretIndex() {
  const byHash = new Map<number, Map<string, string>>()
  /** Whether a hash may be there, by its lower bits: far cheaper than the map. */
  const mayBe = new Uint8Array(2 ** 16)

  const hashOf = (text: string): number => {
    let hash = 0
    for (let at = 0; at < shortest; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
    return hash
  }

  return {
    /** @param kind what it is, for whoever is told that it was found */
    add(text: string, kind: string): void {
      if (text.length < shortest) return
      const hash = hashOf(text)
      mayBe[hash & 0xffff] = 1
      const same = byHash.get(hash) ?? new Map<string, string>()
      byHash.set(hash, same.set(text, kind))
    },

    remove(text: string): void {
      byHash.get(hashOf(text))?.delete(text)
    },

    /** Each that stands in the text. */
    find(text: string): { readonly kind: string; readonly text: string }[] {
      if (text.length < shortest) return []
      const found = new Map<string, string>()
      let hash = hashOf(text)
      for (let end = shortest; ; end++) {
        if (mayBe[hash & 0xffff])
          for (const [secret, kind] of byHash.get(hash) ?? [])
            if (text.startsWith(secret, end - shortest)) found.set(secret, kind)
        if (end === text.length) break
        const left = Math.imul(text.charCodeAt(end - shortest), outgoing)
        hash = (Math.imul(hash, 31) + text.charCodeAt(end) - left) | 0
      }
      return [...found].map(([secret, kind]) => ({ kind, text: secret }))
    },
  }
}

/**
 * A map that forgets its oldest entry when it would have more than so many: what it remembers costs
 * no more memory, whatever comes.
 */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #limit: number

  constructor(limit: number) {
    super()
    this.#limit = limit
  }

  override set(key: K, value: V): this {
    if (this.size >= this.#limit && !this.has(key)) this.delete(this.keys().next().value as K)
    return super.set(key, value)
  }
}

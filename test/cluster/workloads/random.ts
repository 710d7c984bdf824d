/** Random numbers that are the same for the same seed, on every machine. */
export interface Random {
  /** From 0 up to, not including, the limit. */
  below(limit: number): number
  /** @throws for an empty list. */
  pick<T extends {}>(items: readonly T[]): T
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  // splitmix32: a counter, well mixed.
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  return {
    below: (limit) => next() % limit,
    pick(items) {
      const picked = items[next() % items.length]
      if (picked === undefined) throw new Error('There is nothing to pick from an empty list')
      return picked
    },
  }
}

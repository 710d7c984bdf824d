type Compare<T> = (a: T, b: T) => number

/**
 * The `size` smallest items, in order. Where few of many are wanted they are kept in a bounded
 * heap, largest on top, so that most items cost one comparison; else everything is sorted.
 */
export function smallest<T>(items: readonly T[], size: number, compare: Compare<T>): T[] {
  if (size <= 0) return []
  if (size > items.length / 8) return items.toSorted(compare).slice(0, size)
  const heap = items.slice(0, size)
  for (let i = (size >> 1) - 1; i >= 0; i -= 1) sink(heap, i, compare)
  for (let i = size; i < items.length; i += 1) {
    const item = items[i] as T
    if (compare(item, heap[0] as T) >= 0) continue
    heap[0] = item
    sink(heap, 0, compare)
  }
  return heap.sort(compare)
}

/** Moves the item at an index down until nothing beneath it is larger. */
function sink<T>(heap: T[], from: number, compare: Compare<T>): void {
  const item = heap[from] as T
  let at = from
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && compare(heap[child + 1] as T, heap[child] as T) > 0) child += 1
    if (compare(heap[child] as T, item) <= 0) break
    heap[at] = heap[child] as T
    at = child
  }
  heap[at] = item
}

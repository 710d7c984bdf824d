import type { Change } from '../model/change.ts'
import { scalarTextAt } from '../model/path.ts'
import type { Path } from '../model/predicate.ts'
import { formatKind } from '../model/resource.ts'

export type ChangeListener = (change: Change) => void

/** Holds when the value at a path, before a change or after it, reads as one of a few texts. */
export interface Condition {
  readonly path: Path
  readonly texts: ReadonlySet<string>
}

/** Kinds, as `formatKind` names them, whose changes are wanted: those for which the condition holds, where there is one. */
export type Interests = ReadonlyMap<string, Condition | undefined>

/** Finds those who want a change by what the object is, so that thousands who want others cost it nothing. */
export class Routes {
  readonly #toAll = new Set<ChangeListener>()
  readonly #byKind = new Map<string, KindRoutes>()

  /** Without interests: of all changes. One function may be added once. Returns the removal. */
  add(listener: ChangeListener, interests?: Interests): () => void {
    if (interests === undefined) {
      this.#toAll.add(listener)
      return () => void this.#toAll.delete(listener)
    }
    for (const [kind, condition] of interests) {
      const routes = this.#byKind.get(kind) ?? new KindRoutes()
      this.#byKind.set(kind, routes)
      routes.add(listener, condition)
    }
    return () => {
      for (const [kind, condition] of interests) if (this.#byKind.get(kind)?.remove(listener, condition) === true) this.#byKind.delete(kind)
    }
  }

  /** Calls once for each who wants the change. */
  each(change: Change, call: (listener: ChangeListener) => void): void {
    for (const listener of this.#toAll) call(listener)
    if (this.#byKind.size > 0) this.#byKind.get(formatKind(change.resource))?.each(change, call)
  }
}

class KindRoutes {
  readonly #toAll = new Set<ChangeListener>()
  readonly #byPath = new Map<string, { readonly path: Path; readonly byText: Map<string, Set<ChangeListener>> }>()

  add(listener: ChangeListener, condition: Condition | undefined): void {
    if (condition === undefined) return void this.#toAll.add(listener)
    const { path, texts } = condition
    const key = JSON.stringify(path)
    const { byText } = this.#byPath.get(key) ?? { byText: new Map<string, Set<ChangeListener>>() }
    this.#byPath.set(key, { path, byText })
    for (const text of texts) byText.set(text, (byText.get(text) ?? new Set()).add(listener))
  }

  /** Whether nobody is left. */
  remove(listener: ChangeListener, condition: Condition | undefined): boolean {
    if (condition === undefined) this.#toAll.delete(listener)
    else {
      const key = JSON.stringify(condition.path)
      const byText = this.#byPath.get(key)?.byText
      for (const text of condition.texts) {
        const listeners = byText?.get(text)
        listeners?.delete(listener)
        if (listeners?.size === 0) byText?.delete(text)
      }
      if (byText?.size === 0) this.#byPath.delete(key)
    }
    return this.#toAll.size === 0 && this.#byPath.size === 0
  }

  each({ object, oldObject }: Change, call: (listener: ChangeListener) => void): void {
    for (const listener of this.#toAll) call(listener)
    for (const { path, byText } of this.#byPath.values()) {
      const [now, before] = [scalarTextAt(object, path), oldObject && scalarTextAt(oldObject, path)]
      const listeners = now === undefined ? undefined : byText.get(now)
      for (const listener of listeners ?? none) call(listener)
      if (before === undefined || before === now) continue
      for (const listener of byText.get(before) ?? none) if (listeners?.has(listener) !== true) call(listener)
    }
  }
}

const none: readonly ChangeListener[] = []

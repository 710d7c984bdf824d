/** What one side of a benchmark measured, by name; a unit is the end of the name (`listMs`, `rssMb`). */
export type Figures = Readonly<Record<string, number>>

export interface Goal {
  readonly about: string
  /** From the medians of each side. */
  readonly value: (medians: Readonly<Record<string, Figures>>) => number
  readonly atMost?: number
  readonly atLeast?: number
}

/**
 * One question that figures answer. Each side runs in a fresh process of its own, the sides by
 * turns, so that what the machine does meanwhile meets them alike.
 */
export interface Benchmark {
  readonly about: string
  readonly rounds: number
  /** What all sides share and none is measured for, such as a server; runs in a process of its own. */
  readonly start?: () => Promise<{ readonly parameters: Parameters; stop(): Promise<void> }>
  readonly sides: Readonly<Record<string, (parameters: Parameters) => Promise<Figures>>>
  readonly goals: readonly Goal[]
}

/** What `start` hands to the sides. */
export type Parameters = Readonly<Record<string, string | number>>

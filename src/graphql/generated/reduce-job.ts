import type { ReducedDocument, ReductionLimits } from './description.ts'
import { readDocument, type DocumentForm } from './documents.ts'
import { reduceDocument } from './reduce.ts'

/** Which kinds of which group version are wanted of a document. */
export interface WantedGroupVersion {
  readonly group: string
  readonly version: string
  /** What its types' names begin with. */
  readonly prefix: string
  readonly kinds: readonly string[]
}

/** Bytes as they came from the API server, and what is to be made of them. */
export interface ReduceJob {
  readonly form: DocumentForm
  /** One document, or any number of definitions. */
  readonly bytes: readonly Uint8Array[]
  readonly wanted: readonly WantedGroupVersion[]
  readonly limits: ReductionLimits
}

/** One description for each wanted group version. Pure, and slow: runs in a thread of its own. Throws for what cannot be read. */
export function runReduceJob({ form, bytes, wanted, limits }: ReduceJob): readonly ReducedDocument[] {
  const decoder = new TextDecoder()
  const parsed = bytes.map((text) => JSON.parse(decoder.decode(text)) as unknown)
  return wanted.map(({ group, version, prefix, kinds }) => reduceDocument(readDocument(form, parsed, group, version), prefix, kinds, limits))
}

/** A parsed JSON value. Readonly all the way down: cached values are shared by every reader. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

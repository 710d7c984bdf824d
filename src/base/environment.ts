/** Environment variables as a value: only the entry point reads the real ones. */
export type Environment = Readonly<Record<string, string | undefined>>

/** One instruction, as it was written, lines that go on in the next one joined. */
export interface Instruction {
  readonly name: string
  readonly text: string
}

/** What one `FROM` begins. */
export interface Stage {
  readonly name: string
  readonly image: string
  readonly instructions: readonly Instruction[]
}

/** The stages of a Dockerfile, the last one being the image. Knows no more of the language than ours uses. */
export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { name: string; image: string; instructions: Instruction[] }[] = []
  const args = new Map<string, string>()
  for (const line of text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, '').split('\n').filter((written) => written.trim() !== '')) {
    const [, name = '', rest = ''] = /^([A-Z]+)\s+(.+)$/.exec(line.trim()) ?? []
    if (name === 'ARG') {
      const [key = '', value = ''] = rest.split('=')
      args.set(key, value)
    } else if (name === 'FROM') {
      const [image = '', as, stage] = rest.replaceAll(/\$\{(\w+)\}/g, (_all, key: string) => args.get(key) ?? '').split(/\s+/)
      stages.push({ image, name: as?.toUpperCase() === 'AS' && stage !== undefined ? stage : 'image', instructions: [] })
    } else {
      const [current] = stages.slice(-1)
      if (current === undefined || name === '') throw new Error(`No Dockerfile begins like this: ${line}`)
      current.instructions.push({ name, text: rest })
    }
  }
  return stages
}

/** `["node", "bin.js"]`, or a line for a shell. */
export function readCommand(text: string): readonly string[] {
  return text.startsWith('[') ? (JSON.parse(text) as string[]) : ['sh', '-c', text]
}

import { benchmark } from './bench/relations.ts'
const s = await benchmark.start!()
console.log(await benchmark.sides['watchql']!(s.parameters))
await s.stop()

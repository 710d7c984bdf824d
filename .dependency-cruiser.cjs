/**
 * The layers of ARCHITECTURE.md, lowest first. A folder may import from its own and from those
 * before it; folders in one row know nothing of each other.
 */
const layers = [
  ['base'],
  ['model'],
  ['config', 'kubernetes', 'database'],
  ['access'],
  ['store'],
  ['feed'],
  ['watch'],
  ['relations'],
  ['journal'],
  ['graphql', 'rest', 'delivery'],
  ['subscriptions'],
  ['admin'],
  ['http'],
]

const folder = (names) => `^src/(${names.join('|')})/`

const layerRules = layers.flatMap((row, depth) => {
  const above = layers.slice(depth + 1).flat()
  const rules = []
  if (above.length > 0)
    rules.push({
      name: `${row.join('-')}-imports-downward`,
      severity: 'error',
      from: { path: folder(row) },
      to: { path: [folder([...above, 'playground', 'web']), '^src/[^/]+\\.ts$'] },
    })
  for (const name of row.length > 1 ? row : [])
    rules.push({
      name: `${name}-knows-no-neighbour`,
      severity: 'error',
      from: { path: folder([name]) },
      to: { path: folder(row.filter((other) => other !== name)) },
    })
  return rules
})

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...layerRules,
    {
      name: 'readers-see-no-writer',
      comment: 'GraphQL, REST and delivery read listers and the feed, never a writer.',
      severity: 'error',
      from: { path: folder(['graphql', 'rest', 'delivery', 'subscriptions', 'http', 'admin']) },
      to: { path: '^src/(store/(store|store-writer|contents)|feed/ring-change-feed)\\.ts$' },
    },
    {
      name: 'playground-stands-alone',
      severity: 'error',
      from: { path: '^src/playground/' },
      to: { path: '^src/', pathNot: folder(['playground', 'base', 'model']) },
    },
    { name: 'web-stands-alone', severity: 'error', from: { path: '^src/web/' }, to: { path: '^src/', pathNot: '^src/web/' } },
    { name: 'src-knows-no-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|bench|tools)/', pathNot: '^tools/require-node' } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'default', 'types'], exportsFields: ['exports'] },
  },
}

import './src/require-node.ts'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const project = (name: string, include: string[], options: { timeout: number; parallel: boolean }) => ({
  extends: true as const,
  test: {
    name,
    include,
    testTimeout: options.timeout,
    hookTimeout: Math.max(options.timeout, 30_000),
    fileParallelism: options.parallel,
  },
})

export default defineConfig({
  // type-graphql reads the metadata that only legacy decorators emit.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: {
    // Two copies of graphql (CommonJS and ESM) reject each other's types.
    alias: { graphql: fileURLToPath(new URL('./node_modules/graphql/index.js', import.meta.url)) },
  },
  test: {
    setupFiles: ['test/support/setup.ts'],
    projects: [
      project('unit', ['test/unit/**/*.test.ts'], { timeout: 10_000, parallel: true }),
      project('gateway', ['test/gateway/**/*.test.ts', 'test/contract/**/*.test.ts', 'test/faults/**/*.test.ts'], { timeout: 30_000, parallel: true }),
      project('e2e', ['test/e2e/**/*.test.ts', 'test/cluster/**/*.test.ts', 'test/delivery/**/*.test.ts'], { timeout: 180_000, parallel: false }),
    ],
  },
})

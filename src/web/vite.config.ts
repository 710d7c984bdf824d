import { defineConfig } from 'vite'

/** Paths are seen from the project's root, where npm runs every script. */
export default defineConfig({
  root: 'src/web',
  base: '/graphql/',
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    // The oldest that know light-dark() and popovers; a rewritten light-dark() would not follow the theme button.
    target: ['chrome123', 'firefox125', 'safari17.5'],
    // The editor's core is one piece of 2.8 MB, loaded after the page has drawn itself.
    chunkSizeWarningLimit: 3_000,
    // React's "use client" marks mean nothing in a page that has no server part.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  worker: { format: 'es' },
})

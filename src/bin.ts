#!/usr/bin/env -S node --max-semi-space-size=16
import './require-node.ts'

// graphql-js checks in production only what must be checked, and Apollo Server is less talkative.
process.env['NODE_ENV'] ??= 'production'

// Loaded only now: an older Node would fail in there before it could say why.
const { main } = await import('./cli.ts')
process.exitCode = await main(process.argv, process.env)

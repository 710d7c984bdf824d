import { describe } from 'vitest'
import { canStart } from '../cluster/binaries.ts'

const possible = process.env['CI'] !== undefined || (await canStart())

if (!possible)
  console.warn('Skipped: tests on the real control plane need Go (https://go.dev/dl) to compile it once, or KUBEBUILDER_ASSETS with its programs.') // oxlint-disable-line no-console

/** `describe` for tests of the real control plane: skipped where it can be neither found nor compiled, but never in CI. */
export const onControlPlane = describe.skipIf(!possible)

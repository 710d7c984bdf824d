import { afterAll, beforeAll, describe } from 'vitest'
import { Fixture, type StartedApiServer } from './fixture.ts'
import { customResources } from './suites/custom-resources.ts'
import { discovery } from './suites/discovery.ts'
import { lists } from './suites/lists.ts'
import { objects } from './suites/objects.ts'
import { refusals } from './suites/refusals.ts'
import { reviews } from './suites/reviews.ts'
import { selectors } from './suites/selectors.ts'
import { watches } from './suites/watches.ts'

/**
 * What every Kubernetes API server does, as far as a client that lists and watches can tell.
 * It runs on the in-memory server and on the real one: where they differ, the real one is right.
 * The user must be in the group `system:masters`. Controllers may be running; only a namespace
 * and definitions of the tests' own are written, and they are removed again.
 */
export function describeApiServerContract(name: string, start: () => Promise<StartedApiServer>): void {
  describe(name, () => {
    let opened: Fixture | undefined
    beforeAll(async () => {
      opened = await Fixture.open(start)
    }, 900_000)
    afterAll(() => opened?.close())
    const fixture = (): Fixture => {
      if (opened === undefined) throw new Error('The API server did not start')
      return opened
    }
    for (const suite of [discovery, objects, refusals, lists, selectors, watches, customResources, reviews]) suite(fixture)
  })
}

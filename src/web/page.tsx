import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import { examplesPlugin } from './examples-plugin.tsx'
import { examples, openedAtFirst } from './examples.ts'
import { endpoint, subscriptionEndpoint } from './gateway.ts'
import { Header } from './header.tsx'

/** Each subscription has a WebSocket of its own, opened with the tab's headers as connection parameters. */
const fetcher = createGraphiQLFetcher({ url: endpoint.href, subscriptionUrl: subscriptionEndpoint.href, enableIncrementalDelivery: false })

const defaultTabs = examples.slice(0, openedAtFirst).map(({ query, variables }) => ({ query, variables }))
const plugins = [examplesPlugin, HISTORY_PLUGIN]

export function Page() {
  return (
    <GraphiQL fetcher={fetcher} defaultTabs={defaultTabs} plugins={plugins} shouldPersistHeaders={false} showPersistHeadersSettings inputValueDeprecation schemaDescription>
      <GraphiQL.Logo>
        <span />
      </GraphiQL.Logo>
      <Header />
    </GraphiQL>
  )
}

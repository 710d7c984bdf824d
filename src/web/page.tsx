import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import { examplesPlugin } from './examples-plugin.tsx'
import { examples, openedAtFirst } from './examples.ts'
import { fetcher } from './fetcher.ts'
import { Header } from './header.tsx'

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

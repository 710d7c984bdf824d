import { useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from '@graphiql/react'
import './examples-plugin.css'
import { examples, type Example } from './examples.ts'

/** A panel with every example; choosing one goes to its tab, or opens one. */
export const examplesPlugin: GraphiQLPlugin = { title: 'Examples', icon: ExamplesIcon, content: ExamplesPanel }

function ExamplesPanel() {
  const open = useOpenExample()
  return (
    <section className="watchql-examples" aria-label="Examples">
      <h2>Examples</h2>
      <ul>
        {examples.map((example) => (
          <li key={example.title}>
            <button type="button" onClick={() => open(example)}>
              <b>{example.title}</b>
              <i className={example.type}>{example.type}</i>
              <span>{example.description}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function useOpenExample(): (example: Example) => void {
  const actions = useGraphiQLActions()
  const tabs = useGraphiQL((state) => state.tabs)
  const queryEditor = useGraphiQL((state) => state.queryEditor)
  const variableEditor = useGraphiQL((state) => state.variableEditor)
  return ({ query, variables }) => {
    const opened = tabs.findIndex((tab) => tab.query === query)
    if (opened >= 0) return actions.changeTab(opened)
    actions.addTab()
    queryEditor?.setValue(query)
    variableEditor?.setValue(variables)
  }
}

function ExamplesIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d="M9 18.5h6M10 21.5h4M12 2.5a6.5 6.5 0 0 0-4 11.6c.7.6 1 1.3 1 2.1h6c0-.8.3-1.5 1-2.1a6.5 6.5 0 0 0-4-11.6z" />
    </svg>
  )
}

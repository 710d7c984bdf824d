import 'graphiql/setup-workers/vite'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import 'graphiql/style.css'
import { Page } from './page.tsx'
import './style.css'

const root = document.querySelector('#root')
if (root === null) throw new Error('The page has no #root')
createRoot(root).render(
  <StrictMode>
    <Page />
  </StrictMode>,
)

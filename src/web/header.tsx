import './header.css'
import { StatusStrip } from './status-strip.tsx'
import { ThemeButton } from './theme-button.tsx'
import logo from './logo.svg'

export function Header() {
  return (
    <header className="watchql-header">
      <img className="watchql-logo" src={logo} alt="" />
      <h1 className="watchql-name">
        Watch<span>QL</span>
      </h1>
      <StatusStrip />
      <ThemeButton />
    </header>
  )
}

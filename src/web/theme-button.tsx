import { useGraphiQL, useGraphiQLActions } from '@graphiql/react'

const systemIsDark = matchMedia('(prefers-color-scheme: dark)')

/** Turns light into dark and back. "System" is in the settings dialog. */
export function ThemeButton() {
  const { setTheme } = useGraphiQLActions()
  const theme = useGraphiQL((state) => state.theme)
  const dark = theme === null ? systemIsDark.matches : theme === 'dark'
  const label = dark ? 'Use the light theme' : 'Use the dark theme'
  return (
    <button type="button" className="watchql-theme" aria-label={label} title={label} onClick={() => setTheme(dark ? 'light' : 'dark')}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {dark ? <path d="M12 3v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4m0-12.8L17 7M7 17l-1.4 1.4M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z" /> : <path d="M20 14.5A8 8 0 1 1 9.5 4 6.5 6.5 0 0 0 20 14.5z" />}
      </svg>
    </button>
  )
}

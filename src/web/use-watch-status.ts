import { useGraphiQL } from '@graphiql/react'
import { useEffect, useRef, useState } from 'react'
import { ask } from './gateway.ts'
import { WatchStatusDocument } from './generated/operations.ts'
import { summarize, type WatchStatus } from './watch-summary.ts'

/** Milliseconds between two looks: often while caches fill, seldom afterwards. */
const whileFilling = 1_000
const afterwards = 5_000
const deadline = 10_000

export interface WatchStatusView {
  readonly watches: readonly WatchStatus[]
  /** Why the last look failed; the watches are then those of the look before. */
  readonly problem?: string
}

/**
 * The gateway's watches, looked at again and again while the page is visible. Sends the headers
 * of the headers editor, so that it sees what the person's own queries may see. Undefined until
 * the first answer.
 */
export function useWatchStatus(): WatchStatusView | undefined {
  const [view, setView] = useState<WatchStatusView>()
  const headerEditor = useGraphiQL((state) => state.headerEditor)
  const headers = useRef<() => string>(() => '')

  useEffect(() => {
    headers.current = () => headerEditor?.getValue() ?? ''
  }, [headerEditor])

  useEffect(() => {
    const ended = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let before: readonly WatchStatus[] = []

    const look = async () => {
      let filling = false
      try {
        const { watches } = await ask(WatchStatusDocument, parseHeaders(headers.current()), AbortSignal.any([ended.signal, AbortSignal.timeout(deadline)]))
        before = watches
        filling = summarize(watches).phase === 'FILLING'
        setView({ watches })
      } catch (error) {
        if (ended.signal.aborted) return
        setView({ watches: before, problem: error instanceof Error ? error.message : String(error) })
      }
      if (!document.hidden) schedule(filling ? whileFilling : afterwards)
    }
    const schedule = (delay: number) => {
      clearTimeout(timer)
      if (!ended.signal.aborted) timer = setTimeout(() => void look(), delay)
    }

    schedule(0)
    document.addEventListener('visibilitychange', () => schedule(0), { signal: ended.signal })
    return () => {
      clearTimeout(timer)
      ended.abort()
    }
  }, [])

  return view
}

/** What is being typed is not yet JSON: then no header is sent. */
function parseHeaders(text: string): Record<string, string> {
  try {
    return JSON.parse(text) as Record<string, string>
  } catch {
    return {}
  }
}

import { useEffect, useState } from 'preact/hooks'

const DARK = matchMedia('(prefers-color-scheme: dark)')

/** Whether the page is dark now: what is drawn on a canvas does not follow by itself. */
export function useDarkScheme(): boolean {
  const [dark, setDark] = useState(DARK.matches)
  useEffect(() => {
    const update = () => setDark(DARK.matches)
    DARK.addEventListener('change', update)
    return () => DARK.removeEventListener('change', update)
  }, [])
  return dark
}

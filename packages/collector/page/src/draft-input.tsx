import { useEffect, useState } from 'preact/hooks'

interface DraftInputProps {
  readonly value: string
  readonly label: string
  /** Id of the `datalist` with what may be meant. */
  readonly list?: string
  readonly change: (value: string) => void
}

/** Holds what is being typed until it is done: an answer that arrives meanwhile draws the page anew. */
export function DraftInput({ value, label, list, change }: DraftInputProps) {
  const [draft, setDraft] = useState(value)
  useEffect(() => setDraft(value), [value])
  const tell = (text: string) => {
    if (text !== value) change(text)
  }
  return (
    <input
      value={draft}
      list={list}
      aria-label={label}
      onInput={({ currentTarget }) => setDraft(currentTarget.value)}
      // Not on `change`, which browsers leave out for what was drawn anew since it was typed.
      onBlur={({ currentTarget }) => tell(currentTarget.value)}
      onKeyDown={({ key, currentTarget }) => key === 'Enter' && tell(currentTarget.value)}
    />
  )
}

import { personHref } from './route.ts'

/** Opens the timeline of whoever has the id that is typed in. */
export function PersonSearch() {
  return (
    <form
      class="search"
      onSubmit={(event) => {
        event.preventDefault()
        const id = new FormData(event.currentTarget).get('id')
        if (typeof id === 'string' && id.trim() !== '') location.hash = personHref(id.trim())
      }}
    >
      <input name="id" type="search" aria-label="User id or visitor id" placeholder="User id or visitor id" />
      <button type="submit">Open</button>
    </form>
  )
}

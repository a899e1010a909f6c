import { LiveView } from './live-view.tsx'
import { PersonSearch } from './person-search.tsx'
import { PersonView } from './person-view.tsx'
import { type Route, useRoute } from './route.ts'

export function App() {
  const route = useRoute()
  return (
    <>
      <header>
        <a class="brand" href="#/">
          Threadline
        </a>
        <PersonSearch />
      </header>
      <main>
        <View route={route} />
      </main>
    </>
  )
}

function View({ route }: { route: Route }) {
  return route.view === 'person' ? <PersonView id={route.id} /> : <LiveView />
}

import { EventsView } from './events-view.tsx'
import { FunnelView } from './funnel-view.tsx'
import { HealthView } from './health-view.tsx'
import { LiveView } from './live-view.tsx'
import { PeopleView } from './people-view.tsx'
import { PersonView } from './person-view.tsx'
import { RevenueView } from './revenue-view.tsx'
import { type Route, useRoute, VIEWS, type ViewName, viewHref } from './route.ts'

const COMPONENTS: { readonly [View in ViewName]: () => preact.JSX.Element } = {
  live: LiveView,
  people: PeopleView,
  events: EventsView,
  funnel: FunnelView,
  revenue: RevenueView,
  delivery: HealthView,
}

export function App() {
  const route = useRoute()
  return (
    <>
      <header>
        <a class="brand" href="#/">
          Threadline
        </a>
        <nav aria-label="Views">
          {VIEWS.map(({ view, title }) => (
            <a key={view} href={viewHref(view)} aria-current={route.view === view ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main>
        <View route={route} />
      </main>
    </>
  )
}

function View({ route }: { route: Route }) {
  if (route.view === 'person') return <PersonView id={route.id} />
  const Component = COMPONENTS[route.view]
  return <Component />
}

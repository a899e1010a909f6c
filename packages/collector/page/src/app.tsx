import { EventsView, OneEventView } from './events-view.tsx'
import { FunnelView } from './funnel-view.tsx'
import { GroupView } from './group-view.tsx'
import { HealthView } from './health-view.tsx'
import { LiveView } from './live-view.tsx'
import { MatchedEventsView } from './matched-events-view.tsx'
import { OverviewView } from './overview-view.tsx'
import { PeopleView } from './people-view.tsx'
import { PersonView } from './person-view.tsx'
import { RecurringView } from './recurring-view.tsx'
import { RevenueView } from './revenue-view.tsx'
import { type Route, useRoute, VIEWS, type ViewName, viewHref } from './route.ts'

const COMPONENTS: { readonly [View in Exclude<ViewName, 'overview' | 'people' | 'events'>]: () => preact.JSX.Element } =
  {
    live: LiveView,
    funnel: FunnelView,
    revenue: RevenueView,
    mrr: RecurringView,
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
            <a key={view} href={viewHref(view)} aria-current={menuOf(route) === view ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <form class="sign-out" method="post" action="/logout">
          <button type="submit" class="quiet">
            Sign out
          </button>
        </form>
      </header>
      <main>
        <View route={route} />
      </main>
    </>
  )
}

/** Where in the menu a view belongs that is not in it. */
function menuOf({ view }: Route): ViewName {
  if (view === 'person' || view === 'group') return 'people'
  return view === 'event' ? 'events' : view
}

function View({ route }: { route: Route }) {
  if (route.view === 'overview') return <OverviewView search={route.search} />
  if (route.view === 'people') return <PeopleView search={route.search} />
  if (route.view === 'events') {
    return route.search === '' ? <EventsView /> : <MatchedEventsView search={route.search} />
  }
  if (route.view === 'person') return <PersonView key={route.id} id={route.id} />
  if (route.view === 'group') return <GroupView key={route.id} id={route.id} />
  if (route.view === 'event') return <OneEventView key={route.event} event={route.event} />
  const Component = COMPONENTS[route.view]
  return <Component />
}

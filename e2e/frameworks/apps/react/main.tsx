import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createBrowserRouter, RouterProvider } from 'react-router'
import { App } from './app.tsx'
import { Account, Pricing, Start } from './pages.tsx'

const router = createBrowserRouter([
  {
    element: <App />,
    children: [
      { path: '/', element: <Start /> },
      { path: '/pricing', element: <Pricing /> },
      { path: '/account', element: <Account /> },
    ],
  },
])

createRoot(document.querySelector('#root') as Element).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
)

import { headers, init } from '@threadline/browser'

init({ key: document.documentElement.dataset['key'] ?? '', host: '/t' })

const form = document.querySelector('form')
form?.addEventListener('submit', async (event) => {
  event.preventDefault()
  const body = new URLSearchParams([['email', String(new FormData(form).get('email'))]])
  // The headers carry visitor and session also where cookies do not travel.
  const answer = await fetch('/signup', { method: 'POST', body, headers: headers() })
  document.title = (await answer.json()).userId
})

import { init } from '@threadline/browser'

init({ key: document.documentElement.dataset['key'] ?? '', host: '/t' })

const form = document.querySelector('form')
form?.addEventListener('submit', async (event) => {
  event.preventDefault()
  const body = new URLSearchParams([['email', String(new FormData(form).get('email'))]])
  // To the page's own origin, the cookies that carry visitor and session travel by themselves.
  const answer = await fetch('/signup', { method: 'POST', body })
  document.title = (await answer.json()).userId
})

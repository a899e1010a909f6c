import { planFrom } from '../../plans.ts'
import { find } from '../dom.ts'
import type { Navigate } from '../router.ts'
import { signUp } from '../session.ts'

export function enterSignup(main: HTMLElement, navigate: Navigate): void {
  const plan = planFrom(new URLSearchParams(location.search).get('plan')) ?? 'regular'
  const button = find(main, 'button')
  const form = main.querySelector('form')
  form?.addEventListener('submit', async (event) => {
    event.preventDefault()
    const problem = find(main, '.problem')
    problem.textContent = ''
    button.toggleAttribute('disabled', true)
    try {
      const fields = new FormData(form)
      fields.set('plan', plan)
      await signUp(fields)
      navigate(`/checkout?plan=${plan}`)
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : 'Please try again.'
      button.toggleAttribute('disabled', false)
    }
  })
}

import { checkoutStarted } from '@threadline/browser'
import { CURRENCY, PLANS, planFrom } from '../../plans.ts'
import { post } from '../api.ts'
import { find } from '../dom.ts'
import { formatPrice } from '../money.ts'
import type { Navigate } from '../router.ts'
import { currentUser } from '../session.ts'

interface Checkout {
  readonly checkoutId: string
  readonly paid: boolean
}

export async function enterCheckout(main: HTMLElement, navigate: Navigate): Promise<void> {
  const planId = planFrom(new URLSearchParams(location.search).get('plan')) ?? 'regular'
  const plan = PLANS[planId]
  const button = find(main, '[data-pay]')
  const problem = find(main, '.problem')
  find(main, '[data-name]').textContent = plan.name
  find(main, '[data-grams]').textContent = `${plan.grams} g of beans`
  find(main, '[data-price]').textContent = formatPrice(plan.amount)
  if (currentUser() === null) {
    navigate(`/signup?plan=${planId}`)
    return
  }
  try {
    const { checkoutId, paid } = await post<Checkout>('/api/checkout', { plan: planId })
    if (paid) {
      navigate('/thanks')
      return
    }
    checkoutStarted(
      { checkout_id: checkoutId, plan: planId, payment_type: 'subscription', billing_interval: 'month' },
      { value: plan.amount, currency: CURRENCY },
    )
    button.addEventListener('click', async () => {
      button.toggleAttribute('disabled', true)
      problem.textContent = ''
      try {
        await post('/api/pay', { checkoutId })
        navigate('/thanks')
      } catch (error) {
        explain(problem, error)
        button.toggleAttribute('disabled', false)
      }
    })
    button.toggleAttribute('disabled', false)
  } catch (error) {
    explain(problem, error)
  }
}

function explain(problem: HTMLElement, error: unknown): void {
  problem.textContent = error instanceof Error ? error.message : 'Please try again.'
}

import { contentViewed } from '@threadline/browser'
import { PLAN_IDS, PLANS } from '../../plans.ts'
import { cloneTemplate, find } from '../dom.ts'
import { formatPrice } from '../money.ts'
import { currentUser } from '../session.ts'

export function enterPricing(main: HTMLElement): void {
  const next = currentUser() === null ? '/signup' : '/checkout'
  for (const id of PLAN_IDS) {
    const plan = PLANS[id]
    const card = cloneTemplate('plan')
    find(card, '[data-name]').textContent = plan.name
    find(card, '[data-summary]').textContent = plan.summary
    find(card, '[data-price]').textContent = formatPrice(plan.amount)
    find(card, '[data-grams]').textContent = `${plan.grams} g of beans`
    const choose = find(card, '[data-choose]')
    choose.textContent = `Choose ${plan.name}`
    choose.setAttribute('href', `${next}?plan=${id}`)
    find(main, '[data-plans]').append(card)
  }
  contentViewed({ content_id: 'pricing', content_type: 'page', title: 'Plans' })
}

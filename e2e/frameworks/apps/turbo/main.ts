import { visit } from '@hotwired/turbo'

addEventListener('click', ({ target }) => {
  if (target instanceof HTMLButtonElement) visit('/account')
})

import { createApp } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import Account from './account-page.vue'
import Pricing from './pricing-page.vue'
import Start from './start-page.vue'
import App from './the-app.vue'

const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: Start, meta: { title: 'Start' } },
    { path: '/pricing', component: Pricing, meta: { title: 'Pricing' } },
    // Sets its own.
    { path: '/account', component: Account },
  ],
})

router.afterEach(({ meta }) => {
  if (typeof meta['title'] === 'string') document.title = meta['title']
})

createApp(App).use(router).mount('#app')

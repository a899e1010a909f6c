import { describe, expect, test } from 'vitest'
import { bodyOf, refusalOf } from '../test/event.ts'
import { analyse } from './analyse.ts'

const an = analyse({ publicKey: 'pk_x' })

describe('analyse', () => {
  test('page events have the names of the service’s own SDK', () => {
    expect(JSON.parse(bodyOf(an, { event: '$pageview' })).event_name).toBe('pageview')
    expect(JSON.parse(bodyOf(an, { event: '$page_leave' })).event_name).toBe('page_leave')
  })

  test('host names come from the addresses; an unreadable address gives none', () => {
    const body = JSON.parse(bodyOf(an, { url: 'https://shop.example:8443/p', referrer: 'android-app:nothing' }))
    expect(body).toMatchObject({ hostname: 'shop.example', referrer: 'android-app:nothing' })
    expect(body).not.toHaveProperty('referrer_domain')
  })

  test('the screen and the event id are carried', () => {
    const body = JSON.parse(bodyOf(an, { context: { screen: { width: 390, height: 844 } } }))
    expect(body).toMatchObject({ screen_w: 390, screen_h: 844, properties: { threadline_event_id: 'e1' } })
  })

  test('traits keep what the caller spelled, and add the other spelling', () => {
    const traits = { name: 'Sam', $name: 'Sam V.', avatar: 'https://a.example/s.png', plan: 'pro' }
    const body = JSON.parse(bodyOf(an, { event: '$identify', userId: 'user_1', email: 'sam@example.com', traits }))
    expect(body.properties).toEqual({
      ...traits,
      email: 'sam@example.com',
      $email: 'sam@example.com',
      $avatar: 'https://a.example/s.png',
      avatarUrl: 'https://a.example/s.png',
      threadline_event_id: 'e1',
    })
  })

  test('an identity link without a user is refused', () => {
    expect(refusalOf(an, { event: '$identify' })).toBe('missing_identity')
  })
})

/** The code under test: an app's own function, which takes the client. */
export function signUp(client, email) {
  const userId = `user_${email.length}`
  client.capture({ event: 'signup_completed', userId, properties: { method: 'email' } })
  return userId
}

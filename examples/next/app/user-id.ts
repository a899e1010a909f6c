import { createHash } from 'node:crypto'

/** Stands for the id that your own sign-up gives a user. */
export function userIdOf(email: string): string {
  return `user_${createHash('sha256').update(email).digest('hex').slice(0, 16)}`
}

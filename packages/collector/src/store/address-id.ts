import { LIMITS } from '@threadline/schema'

/** In front of an e-mail address where it is an id. */
export const ADDRESS_PREFIX = 'email:'

/**
 * The id of an e-mail address: of the visitor who has no other, and of the person whom several visitors with this address are.
 * Undefined for what is no address, and for one that is too long to be an id.
 */
export function addressId(email: string): string | undefined {
  const address = email.trim().toLowerCase()
  const id = `${ADDRESS_PREFIX}${address}`
  return /^[^\s@]+@[^\s@]+$/.test(address) && id.length <= LIMITS.idLength ? id : undefined
}

export function isAddressId(id: string): boolean {
  return id.startsWith(ADDRESS_PREFIX)
}

/** The same as a condition. */
export const isAddress = (id: string): string => `${id} LIKE '${ADDRESS_PREFIX}%'`

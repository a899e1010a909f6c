import { isUsableId } from '@threadline/schema'

export const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'

export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

export const isId = (value: unknown): value is string => isUsableId(value)

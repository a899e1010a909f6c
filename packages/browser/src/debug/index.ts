export { development as debug } from '../development/development.ts'

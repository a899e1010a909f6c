/** Express 4, beside 5: installed under another name. What the tests use is typed alike. */
declare module 'express-4' {
  export { default } from 'express'
}

/** This package's version, as events carry it in `context.library`. A test holds it to `package.json`. */
export const VERSION = '0.0.0'

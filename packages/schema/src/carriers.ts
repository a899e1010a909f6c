// How a visitor's ids travel from a page to the servers of its site. Browser and server packages share these names.

/** The cookie that holds the visitor's id, and the form or JSON field that carries it where cookies do not. */
export const ID_NAME = 'tl_id'

/**
 * The cookie that holds the session, and the form or JSON field that carries its id. The cookie's value is
 * `<id>.<started>.<last active>`, times being milliseconds since the Unix epoch.
 */
export const SESSION_NAME = 'tl_session'

/**
 * The cookie of a visitor who opted out (`opted_out`) or refused when the page asked (`denied`). Any other value counts as an
 * opt-out, an empty one as none.
 */
export const OPTED_OUT_NAME = 'tl_opted_out'

/** The request header by which a page hands over the visitor's id. */
export const ID_HEADER = 'x-threadline-anonymous-id'

/** The request header by which a page hands over its session's id. */
export const SESSION_HEADER = 'x-threadline-session-id'

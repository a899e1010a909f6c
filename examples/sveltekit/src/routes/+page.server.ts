export const load = () => ({ key: process.env['THREADLINE_PUBLIC_KEY'] ?? '' })

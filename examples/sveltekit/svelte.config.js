import adapter from '@sveltejs/adapter-node'

// biome-ignore lint/style/noDefaultExport: what SvelteKit asks for
export default { kit: { adapter: adapter() } }

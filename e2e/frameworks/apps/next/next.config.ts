import type { NextConfig } from 'next'

const config: NextConfig = {
  reactStrictMode: true,
  typescript: { ignoreBuildErrors: true },
  transpilePackages: ['@threadline/browser', '@threadline/core', '@threadline/destinations', '@threadline/schema'],
  webpack: (webpack) => ({
    ...webpack,
    resolve: { ...webpack.resolve, conditionNames: ['@threadline/source', '...'] },
  }),
}

export default config

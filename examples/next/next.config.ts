import type { NextConfig } from 'next'

const config: NextConfig = {
  // Only for this repository, where the packages are read from their sources. Leave all three out of your app.
  typescript: { ignoreBuildErrors: true },
  transpilePackages: [
    '@threadline/browser',
    '@threadline/core',
    '@threadline/destinations',
    '@threadline/schema',
    '@threadline/server',
  ],
  webpack: (webpack) => ({
    ...webpack,
    resolve: { ...webpack.resolve, conditionNames: ['@threadline/source', '...'] },
  }),
}

export default config

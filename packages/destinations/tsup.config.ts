import { library } from '../../tsup.base.ts'

export default library({
  splitting: true,
  entry: [
    'src/index.ts',
    'src/threadline.ts',
    'src/funnelfizz.ts',
    'src/servoki.ts',
    'src/millimetric.ts',
    'src/analyse.ts',
    'src/web-analyzer.ts',
    'src/segment.ts',
    'src/posthog.ts',
    'src/plausible.ts',
    'src/ga4.ts',
    'src/mixpanel.ts',
    'src/amplitude.ts',
  ],
})

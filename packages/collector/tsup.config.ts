import { library } from '../../tsup.base.ts'

export default library({ entry: { index: 'src/index.ts', cli: 'src/cli/main.ts' }, shims: true })

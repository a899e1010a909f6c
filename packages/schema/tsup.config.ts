import { library } from '../../tsup.base.ts'

// One file each: a server loads the first when it starts, and pages never load the second.
export default library({ splitting: false, entry: ['src/index.ts', 'src/zod.ts'] })

import { library } from '../../tsup.base.ts'

/** A program, not a library: nobody imports it, so one format and no types. */
export default library({ entry: ['src/main.ts'], format: ['esm'], dts: false })

import type { ReprocessProgress } from '@threadline/collector'
import type { Output } from '../output.ts'

/** Tells people how far it is: each time a whole percent is done, or a project. */
export function createProgress(output: Pick<Output, 'note'>): (progress: ReprocessProgress) => void {
  let told = ''

  return ({ project, done, total }) => {
    const part = total === 0 ? 100 : Math.min(100, Math.floor((done * 100) / total))
    const line = `${project} ${part}`
    if (line === told) return
    told = line
    output.note(`${project}: ${done} of ${total} events, ${part} %`)
  }
}

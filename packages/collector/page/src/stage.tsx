import { STAGES, type Stage } from '../../src/stage.ts'

export function StageBadge({ stage }: { stage: Stage }) {
  return <span class={`stage stage-${stage}`}>{stage}</span>
}

/** All stages in order, up to the one that the person reached. */
export function StagePath({ stage }: { stage: Stage }) {
  const reached = STAGES.indexOf(stage)
  return (
    <ol class="stages" aria-label="Stage">
      {STAGES.map((each, index) => (
        <li
          key={each}
          class={index <= reached ? 'reached' : undefined}
          aria-current={each === stage ? 'step' : undefined}
        >
          {each}
        </li>
      ))}
    </ol>
  )
}

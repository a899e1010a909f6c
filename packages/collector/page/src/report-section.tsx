import type { ComponentChildren } from 'preact'
import { Notice, SignedOut } from './notice.tsx'
import type { Report } from './use-report.ts'

interface ReportSectionProps<T> {
  readonly title: string
  readonly report: Report<T>
  /** Says what would be here, when there is nothing. */
  readonly empty: string
  readonly isEmpty: (data: T) => boolean
  /** Between the title and the report; stays while another one loads. */
  readonly controls?: ComponentChildren
  readonly children: (data: T) => ComponentChildren
}

/** A titled report in whatever state it is. */
export function ReportSection<T>({ title, report, empty, isEmpty, controls, children }: ReportSectionProps<T>) {
  return (
    <section>
      <h1>{title}</h1>
      {controls && <div class="controls">{controls}</div>}
      <ReportBody report={report} empty={empty} isEmpty={isEmpty}>
        {children}
      </ReportBody>
    </section>
  )
}

function ReportBody<T>({
  report,
  empty,
  isEmpty,
  children,
}: Pick<ReportSectionProps<T>, 'report' | 'empty' | 'isEmpty' | 'children'>) {
  if (report.state === 'loading') return <Notice kind="loading">Loading…</Notice>
  if (report.state === 'failed') {
    if (report.status === 401) return <SignedOut />
    return <Notice kind="error">{report.message}</Notice>
  }
  if (isEmpty(report.data)) return <Notice kind="empty">{empty}</Notice>
  return <div aria-busy={report.stale}>{children(report.data)}</div>
}

import { renderCsv, tableOf } from '@stillhere/domain'

/** A report as a file: its columns keep the names that they have on the wire, for programs. */
export const renderReport = (report: object): string => renderCsv(tableOf((report as { rows: readonly object[] }).rows))

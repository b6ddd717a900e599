export const workers = ['worker-1', 'worker-2'] as const
export type WorkerName = (typeof workers)[number]

/** Whether these bytes ask the carrier to send the first text of an alert to one of these phones. */
export function firstTextTo(request: string, phones: readonly string[]): boolean {
  if (!/^POST \S*\/Messages\.json/.test(request)) return false
  const fields = new URLSearchParams(request.slice(request.indexOf('\r\n\r\n') + 4))
  return phones.includes(fields.get('To') ?? '') && /^SAFETY ALERT/.test(fields.get('Body') ?? '')
}

/** Saves something that was made here as a file. Nothing is sent to anybody. */
export function download(name: string, kind: 'text/csv' | 'application/json', text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${kind};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser reads it before the next minute.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

import readQr from 'jsqr'

/** A file of its own, because it is large and few browsers need it: not kept for offline use, where nothing is scanned. */
export default function readPixels({ data, width, height }: ImageData): string | undefined {
  // We draw dark on white; the inverse is not looked for, which halves the time.
  return readQr(data, width, height, { inversionAttempts: 'dontInvert' })?.data
}

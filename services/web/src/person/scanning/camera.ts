/*
 * The camera, for as long as a picture is looked for and no longer. Frames stay in memory: none is kept, none is sent.
 */

export type CameraTrouble = 'refused' | 'none' | 'failed'

/** Large enough for the longest picture that we draw, small enough for a cheap phone to search several times a second. */
const longestSide = 1_024
/** Between two looks, so that the page stays quick to the touch. */
const restMs = 120

type ReadFrame = (video: HTMLVideoElement) => Promise<string | undefined>

/**
 * Shows the camera in `video` and calls `found` with each picture's text until it answers true, or the returned function
 * is called; either way the camera is off. Nothing is asked of the camera before this call.
 */
export function lookForPicture(
  video: HTMLVideoElement,
  of: { found: (text: string) => boolean; trouble: (why: CameraTrouble) => void },
): () => void {
  let stream: MediaStream | undefined
  let stopped = false
  function stop() {
    stopped = true
    for (const track of stream?.getTracks() ?? []) track.stop()
    video.srcObject = null
  }
  async function look() {
    const readFrame = await chooseReader()
    // Absent where the page is not secure.
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: 'environment', width: { ideal: 1_280 }, height: { ideal: 1_280 } },
    })
    if (stopped) return stop()
    video.srcObject = stream
    await video.play()
    while (!stopped) {
      const text = video.videoWidth > 0 ? await readFrame(video) : undefined
      if (!stopped && text && of.found(text)) return stop()
      await new Promise((resolve) => setTimeout(resolve, restMs))
    }
  }
  look().catch((error: unknown) => {
    if (stopped) return
    stop()
    of.trouble(whatFailed(error))
  })
  return stop
}

function whatFailed(error: unknown): CameraTrouble {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotFoundError' || name === 'OverconstrainedError' || name === 'TypeError' ? 'none' : 'failed'
}

/** Not in TypeScript's library yet. https://wicg.github.io/shape-detection-api/#barcode-detection-api */
interface BarcodeReader {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>
}
interface BarcodeReaderClass {
  new (how: { formats: string[] }): BarcodeReader
  getSupportedFormats(): Promise<string[]>
}

/** The browser's own reader where it has one that works; else a library, which comes only now. */
async function chooseReader(): Promise<ReadFrame> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: BarcodeReaderClass }
  try {
    if (BarcodeDetector && (await BarcodeDetector.getSupportedFormats()).includes('qr_code')) {
      const reader = new BarcodeDetector({ formats: ['qr_code'] })
      return async (video) => (await reader.detect(video))[0]?.rawValue
    }
  } catch {
    // Named, and not there: some phones promise it without its service.
  }
  const { default: readPixels } = await import('./read-pixels.ts')
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return async (video) => {
    const scale = Math.min(1, longestSide / Math.max(video.videoWidth, video.videoHeight))
    canvas.width = Math.round(video.videoWidth * scale)
    canvas.height = Math.round(video.videoHeight * scale)
    context?.drawImage(video, 0, 0, canvas.width, canvas.height)
    const image = context?.getImageData(0, 0, canvas.width, canvas.height)
    return image && readPixels(image)
  }
}

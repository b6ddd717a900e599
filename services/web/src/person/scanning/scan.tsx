import { Camera, CameraOff } from 'lucide'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Trouble } from '../parts/frame.tsx'
import { say } from '../words.ts'
import { type CameraTrouble, lookForPicture } from './camera.ts'
import { readScanned, type Wanted } from './scanned.ts'

/** Reads a picture with the camera, from the press until it is found, stopped, or the page is left. Typing always works. */
export function Scan({ wanted, onFound }: { wanted: Wanted; onFound: (value: string) => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const [looking, setLooking] = useState(false)
  const [trouble, setTrouble] = useState<CameraTrouble>()
  const [wrong, setWrong] = useState(false)
  // Layout: its end, which turns the camera off, must not wait for a frame that a hidden page never draws.
  useLayoutEffect(() => {
    if (!looking || video.current === null) return
    dialog.current?.showModal()
    const stop = lookForPicture(video.current, {
      found(text) {
        const value = readScanned(text, wanted, location.origin)
        setWrong(value === undefined)
        if (value === undefined) return false
        setLooking(false)
        onFound(value)
        return true
      },
      trouble(why) {
        setTrouble(why)
        setLooking(false)
      },
    })
    // A camera that goes on behind a page that nobody sees would be a betrayal.
    const leave = () => {
      if (document.visibilityState === 'visible') return
      stop()
      setLooking(false)
    }
    document.addEventListener('visibilitychange', leave)
    return () => {
      document.removeEventListener('visibilitychange', leave)
      stop()
    }
  }, [looking])
  function start() {
    setTrouble(undefined)
    setWrong(false)
    setLooking(true)
  }
  return (
    <div class="scan">
      {trouble && (
        <Trouble>
          {say(`scan.${trouble}`)} {say(`scan.without.${wanted}`)}
        </Trouble>
      )}
      <button type="button" onClick={start}>
        <Icon of={Camera} size={20} /> {say('scan.start')}
      </button>
      {looking && (
        <dialog ref={dialog} onClose={() => setLooking(false)} aria-labelledby="scan-view">
          <h2 id="scan-view">{say('scan.view')}</h2>
          <video ref={video} muted playsInline aria-labelledby="scan-view" />
          <p role="status">{say(wrong ? 'scan.wrong' : 'scan.looking')}</p>
          <button type="button" onClick={() => setLooking(false)}>
            <Icon of={CameraOff} size={20} /> {say('scan.stop')}
          </button>
        </dialog>
      )}
    </div>
  )
}

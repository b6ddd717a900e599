import { Download, QrCode } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import { forgetEverything } from '../../shared/kept/kept.ts'
import { Icon } from '../../shared/look/icon.tsx'
import { loadSettings } from '../../shared/server/settings.ts'
import { device, open, pinLooksGone, planStore, plans, preferences } from '../app.ts'
import { Frame, Trouble } from '../parts/frame.tsx'
import { PinForm } from '../screens/pin-form.tsx'
import { say } from '../words.ts'
import { lockCopy, makeCopyCode } from './copy.ts'
import { Qr } from './qr.tsx'

/** A longer one has dots too small for the camera of a cheap phone to tell apart. */
const longestLink = 1_300

interface Made {
  copy: string
  code: string
  link: string
}

/** From this phone to a new one: a picture or a file, and a code that opens it. */
export function MoveScreen() {
  const [mayMake, setMayMake] = useState<boolean>()
  const [made, setMade] = useState<Made>()
  const [way, setWay] = useState<'qr' | 'file'>()
  /** One after the other: whoever sees both has everything. */
  const [shows, setShows] = useState<'copy' | 'code'>('copy')
  const [duress, setDuress] = useState(pinLooksGone.value)
  const [trouble, setTrouble] = useState('')
  useEffect(() => void planStore.hasPin().then((has) => setMayMake(!has || pinLooksGone.value)), [])

  async function make(wanted: 'qr' | 'file') {
    setTrouble('')
    try {
      const known = made ?? (await makeCopy(duress))
      setMade(known)
      if (wanted === 'qr' && known.link.length > longestLink) return setTrouble(say('move.tooLong'))
      setWay(wanted)
      setShows('copy')
      if (wanted === 'file') download(known.copy)
    } catch {
      setTrouble(say('move.failed'))
    }
  }

  const back = (
    <button type="button" onClick={() => open({ name: 'settings' })}>
      {say('app.back')}
    </button>
  )
  if (mayMake === undefined) return null
  if (!mayMake)
    return (
      <Frame title={say('lock.title')} actions={back}>
        <PinForm
          submit={say('lock.open')}
          onOpened={(opened) => {
            setDuress(opened.duress)
            setMayMake(true)
          }}
        />
      </Frame>
    )
  return (
    <Frame title={say('move.title')} actions={back}>
      {way === undefined && (
        <>
          <p class="lead">{say('move.what')}</p>
          <p>{say('move.key')}</p>
        </>
      )}
      {trouble && <Trouble>{trouble}</Trouble>}
      {made && way && (
        <>
          {shows === 'code' ? (
            <section class="card" aria-labelledby="copy-code">
              <h2 id="copy-code">{say('move.code')}</h2>
              <p class="code">{made.code}</p>
              <p>{say('move.codeWhat')}</p>
            </section>
          ) : way === 'qr' ? (
            <section aria-labelledby="copy-qr">
              <h2 id="copy-qr">{say('move.scan')}</h2>
              <Qr text={made.link} label={say('move.scan')} />
            </section>
          ) : (
            <p role="status">{say('move.fileWhat')}</p>
          )}
          {shows === 'copy' ? (
            <button type="button" class="primary" onClick={() => setShows('code')}>
              {say('move.thenCode')}
            </button>
          ) : (
            <ClearThisPhone />
          )}
        </>
      )}
      <div class="choices even">
        <button type="button" onClick={() => void make('qr')}>
          <Icon of={QrCode} size={28} /> {say('move.qr')}
        </button>
        <button type="button" onClick={() => void make('file')}>
          <Icon of={Download} size={28} /> {say('move.file')}
        </button>
      </div>
    </Frame>
  )
}

/**
 * @param duress the other PIN was typed: what is made looks the same, holds nothing, and the code that is shown does not
 *   open it, as if it had been mistyped
 */
async function makeCopy(duress: boolean): Promise<Made> {
  const own = device.value
  if (own === undefined) throw new Error('there is nothing to copy')
  const { language, look, silent, lastPlanId, forgetCode } = preferences.value
  const content = {
    device: own,
    plans: [...plans.value],
    preferences: {
      ...(language && { language }),
      look,
      silent,
      ...(lastPlanId && { lastPlanId }),
      ...(forgetCode && { forgetCode }),
    },
  }
  const code = makeCopyCode()
  const { apiUrl } = await loadSettings()
  const copy = duress
    ? await lockCopy(
        { ...content, device: { deviceId: '', token: '', forgetCode: '' }, plans: [] },
        makeCopyCode(),
        apiUrl,
      )
    : await lockCopy(content, code, apiUrl)
  return { copy, code, link: `${location.origin}/#arrive=${copy}` }
}

function download(text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  // A name that says nothing.
  link.download = 'timer-copy.txt'
  link.click()
  URL.revokeObjectURL(link.href)
}

/** Not "forget this phone", which would delete at the service what the new phone lives from. */
function ClearThisPhone() {
  const sure = useRef<HTMLDialogElement>(null)
  return (
    <section class="card" aria-labelledby="clear-title">
      <h2 id="clear-title">{say('move.clear')}</h2>
      <p>{say('move.clearWhat')}</p>
      <button type="button" onClick={() => sure.current?.showModal()}>
        {say('move.clear')}
      </button>
      <dialog ref={sure} aria-labelledby="clear-sure">
        <h2 id="clear-sure">{say('move.clearSure')}</h2>
        <div class="choices">
          <button
            type="button"
            class="urgent"
            onClick={() => void forgetEverything().then(() => open({ name: 'forgotten' }))}
          >
            {say('move.clearYes')}
          </button>
          <button type="button" onClick={() => sure.current?.close()}>
            {say('app.cancel')}
          </button>
        </div>
      </dialog>
    </section>
  )
}

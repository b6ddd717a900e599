import { FileUp } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { RefusedError } from '../../shared/server/api.ts'
import { loadSettings } from '../../shared/server/settings.ts'
import { askAs, openFirst, plans, takeOver } from '../app.ts'
import { Frame, Trouble } from '../parts/frame.tsx'
import { Scan } from '../scanning/scan.tsx'
import { say } from '../words.ts'
import { longestCopy, openCopy } from './copy.ts'

/** On a new phone: a copy by file or link, and the code that opens it. Nothing changes until the service knows it. */
export function ArriveScreen({ copy: linked }: { copy?: string }) {
  const [copy, setCopy] = useState(linked)
  const [scanned, setScanned] = useState(false)
  const [picked, setPicked] = useState('')
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState('')
  const [wasTooLarge, setWasTooLarge] = useState(false)
  const isOccupied = plans.value.length > 0

  async function pick(input: HTMLInputElement) {
    const [file] = input.files ?? []
    if (file === undefined) return
    setTrouble('')
    setWasTooLarge(file.size > longestCopy)
    // Refused before it is read: a video picked by mistake is not taken into memory.
    if (file.size > longestCopy) {
      input.value = ''
      setPicked('')
      setCopy(undefined)
      return setTrouble(say('copy.too-large'))
    }
    setPicked(file.name)
    setCopy(await file.text())
  }
  function take(found: string) {
    setTrouble('')
    setScanned(true)
    setCopy(found)
  }
  async function arrive(event: Event) {
    event.preventDefault()
    if (copy === undefined) return setTrouble(say(wasTooLarge ? 'copy.too-large' : 'arrive.needsFile'))
    setBusy(true)
    setTrouble(await bring(copy, code))
    setBusy(false)
  }
  return (
    <Frame
      title={say('arrive.title')}
      actions={
        <>
          {trouble && <Trouble>{trouble}</Trouble>}
          {!isOccupied && (
            <button type="submit" form="arrive" class="primary" disabled={busy}>
              {say(busy ? 'app.wait' : 'arrive.go')}
            </button>
          )}
          <button type="button" onClick={openFirst}>
            {say('app.back')}
          </button>
        </>
      }
    >
      {isOccupied ? (
        <Trouble>{say('arrive.occupied')}</Trouble>
      ) : (
        <>
          <p class="lead">{say('arrive.what')}</p>
          <form id="arrive" onSubmit={arrive}>
            {linked === undefined && scanned && <p role="status">{say('arrive.scanned')}</p>}
            {linked === undefined && !scanned && <Scan wanted="arrive" onFound={take} />}
            {linked === undefined && !scanned && (
              <div>
                {/* The browser's own button has words of the browser's language. */}
                <input
                  id="copy-file"
                  type="file"
                  class="heard-only"
                  aria-describedby="copy-why"
                  onChange={({ currentTarget }) => void pick(currentTarget)}
                />
                <label for="copy-file" class="pick">
                  {say('arrive.file')}
                  <span>
                    <Icon of={FileUp} size={20} /> {picked || say('arrive.pick')}
                  </span>
                </label>
                <p class="why" id="copy-why">
                  {say('arrive.fileWhy')}
                </p>
              </div>
            )}
            <div>
              <label for="copy-code">{say('arrive.code')}</label>
              <input
                id="copy-code"
                inputMode="numeric"
                required
                maxLength={40}
                autocomplete="off"
                value={code}
                onInput={({ currentTarget }) => setCode(currentTarget.value)}
              />
            </div>
          </form>
          <p>{say('arrive.agree')}</p>
        </>
      )}
    </Frame>
  )
}

/** @returns what to tell the person, nothing when it went well */
async function bring(copy: string, code: string): Promise<string> {
  const opened = await openCopy(copy, code, (await loadSettings()).apiUrl)
  if (opened.kind === 'refused') return say(`copy.${opened.why}`)
  try {
    await askAs(opened.content.device.token)('GET', '/v1/plans')
  } catch (error) {
    // Deleted since the copy was made: with a credential that is nobody's no session would ever start.
    return say(error instanceof RefusedError && error.status === 401 ? 'copy.forgotten' : 'arrive.noAnswer')
  }
  await takeOver(opened.content)
  return ''
}

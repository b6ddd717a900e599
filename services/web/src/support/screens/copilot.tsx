import { TriangleAlert } from 'lucide'
import { useState } from 'preact/hooks'
import { addressLines } from '../../shared/address/address-lines.ts'
import { approvalOf } from '../../shared/guidance/approval.ts'
import { Icon } from '../../shared/look/icon.tsx'
import { dayInWords } from '../../shared/words/days.ts'
import { clockTime } from '../../shared/words/speak.ts'
import { type Region, regionOf } from '../alert/address.ts'
import { callOf, situationOf } from '../alert/situation.ts'
import type { Alert, Brief } from '../desk/desk.ts'
import { guide } from '../guide/guide.ts'
import { isMine, me, service } from '../known.ts'
import { say } from '../words.ts'

const regions: readonly Region[] = ['england', 'wales', 'scotland', 'northern-ireland']

/** What to say to 999, line by line, with what is known of this alert in it. Nothing here ever dials. */
export function Copilot({ alert, brief }: { alert: Alert; brief: Brief | undefined }) {
  const { breathing, help } = situationOf(alert)
  const call = callOf(alert, me.value?.recipientId)
  const { lines, postcode } = addressLines(brief?.address ?? '')
  const script = guide.value.say
  // Word of their breathing came from somebody: that no rescuer has answered does not say that nobody is there.
  const nearest = help === 'nobody' && breathing !== 'unknown' ? 'told' : help
  // Who asked for help has not stopped answering, and 999 is not told so.
  const state = breathing === 'unknown' && alert.reason === 'help' ? 'asked' : breathing
  return (
    <>
      <div class="copilot-head">
        <h2>{say('copilot.title')}</h2>
        <p class="small">{say('copilot.youDial')}</p>
        {!approvalOf(`call.gb.${guide.value.language}`, service.value?.signedGuidance) && (
          <p class="not-approved">
            <Icon of={TriangleAlert} size={20} /> {say('copilot.notApproved')}
          </p>
        )}
        {call && (
          <p class="called">
            {call.isMine
              ? say('copilot.called', { time: clockTime(call.at) })
              : say('copilot.calledBy', { time: clockTime(call.at), name: call.name ?? say('who.rescuer') })}
          </p>
        )}
      </div>
      <ol class="script">
        <li>{script.service}</li>
        <li>
          <strong>{script[state]}</strong>
        </li>
        <li>
          {script.address}{' '}
          {brief ? (
            <strong class="said">
              {lines.map((line) => (
                <span key={line}>{line}</span>
              ))}
              {postcode && <span>{postcode}</span>}
            </strong>
          ) : (
            <span class="small">{say(isMine(alert) ? 'copilot.noAddress' : 'copilot.notYours')}</span>
          )}
          <span class="aside">{script.away}</span>
        </li>
        {brief?.entry && (
          <li>
            {script.way} <strong>{brief.entry}</strong>
          </li>
        )}
        {brief?.pets && (
          <li>
            {script.pets} <strong>{brief.pets}</strong>
          </li>
        )}
        {brief?.naloxone && (
          <li>
            {script.naloxone} <strong>{brief.naloxone}</strong>
          </li>
        )}
        <li>{script[nearest]}</li>
        <li>
          {script.cause} {brief?.notes && <strong>{brief.notes}</strong>}
        </li>
        <li>{script.stay}</li>
      </ol>
      <details>
        <summary>{say('copilot.truths')}</summary>
        <ul>
          {guide.value.truths.map((truth) => (
            <li key={truth}>{truth}</li>
          ))}
        </ul>
      </details>
      <RegionNotes guess={brief && regionOf(postcode)} />
    </>
  )
}

/** Without a postcode nothing is guessed: whoever reads the address says where it is. */
function RegionNotes({ guess }: { guess: Region | undefined }) {
  const [chosen, setChosen] = useState<Region | undefined>(undefined)
  const region = chosen ?? guess
  const notes = region === undefined ? [] : guide.value.regions[region]
  return (
    <details class="region">
      <summary>
        {region === undefined ? say('region.ask') : say('region.title', { region: say(`region.${region}`) })}
      </summary>
      <label>
        {say('region.which')}
        <select
          value={region ?? ''}
          onChange={({ currentTarget }) => setChosen((currentTarget.value as Region | '') || undefined)}
        >
          {region === undefined && <option value="">{say('region.choose')}</option>}
          {regions.map((one) => (
            <option key={one} value={one}>
              {say(`region.${one}`)}
            </option>
          ))}
        </select>
      </label>
      {region !== undefined && notes.length === 0 && <p>{say('region.none', { region: say(`region.${region}`) })}</p>}
      <ul class="general">
        {guide.value.general.map((text) => (
          <li key={text}>{text}</li>
        ))}
        {region !== undefined &&
          guide.value.unchecked[region].map((text) => (
            <li key={text} class="unchecked">
              {text}
            </li>
          ))}
      </ul>
      <ul>
        {notes.map(({ text, sources, sourceDate }) => (
          <li key={text}>
            {text}
            <span class="why" lang="en">
              {sources.map(({ name, url }) => `${name} (${new URL(url).hostname.replace(/^www\./, '')})`).join('; ')}
            </span>
            <span class="why">
              {sourceDate === null
                ? say('region.undated', { read: dayInWords(guide.value.writtenOn) })
                : say('region.dated', { date: sourceDate.length === 4 ? sourceDate : dayInWords(sourceDate) })}
            </span>
          </li>
        ))}
      </ul>
      <p class="small">
        {say('region.written', {
          written: dayInWords(guide.value.writtenOn),
          review: dayInWords(guide.value.reviewBy),
        })}
      </p>
    </details>
  )
}

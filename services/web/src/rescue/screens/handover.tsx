import { ArrowLeft, Check, Undo2 } from 'lucide'
import { guidance } from '../../shared/guidance/guidance.ts'
import { Icon } from '../../shared/look/icon.tsx'
import { clockTime } from '../../shared/words/speak.ts'
import { alertCode, brief, doses, isRunning, noted, open, type Place } from '../alert/alert.ts'
import { isTold, take, takeBack } from '../alert/happened.ts'
import { Frame } from '../parts/frame.tsx'
import { NotApproved } from '../parts/not-approved.tsx'
import { say } from '../words.ts'

/** To read out or show to the crew: what was found, what was given, and when. Only what the rescuer tapped. */
export function HandoverScreen() {
  return (
    <Frame
      title={say('hand.title')}
      next={
        <>
          <button type="button" class="primary" onClick={() => open(backTo())}>
            <Icon of={ArrowLeft} size={28} /> {say('hand.back')}
          </button>
          {!noted.value.some(({ kind }) => kind === 'crew') && (
            <div class="others">
              <button type="button" onClick={() => take('crew')}>
                <Icon of={Check} /> {say('hand.crew')}
              </button>
            </div>
          )}
        </>
      }
    >
      <HandoverCard />
    </Frame>
  )
}

/** Where the rescuer was in the steps, as far as what they tapped tells. */
function backTo(): Place {
  switch (noted.value.findLast(({ kind }) => kind !== 'crew')?.kind) {
    case undefined:
    case 'crew':
      return brief.value ? 'address' : 'first'
    case 'there':
      return 'wake'
    case 'no-answer':
      return 'ring'
    case 'rang-999':
    case 'called-999':
      return 'airway'
    case 'not-breathing':
      return 'breaths'
    case 'breathing':
      return 'recovery'
    case 'recovery':
      return doses.value ? 'stay' : 'naloxone'
    case 'awake':
      return 'awake'
    case 'naloxone':
      return noted.value.findLast(({ kind }) => kind === 'breathing' || kind === 'not-breathing')?.kind === 'breathing'
        ? 'stay'
        : 'again'
  }
}

export function HandoverCard() {
  const taps = noted.value
  const known = brief.value
  let dose = 0
  return (
    <>
      {taps.length === 0 ? (
        <p class="lead">{say('hand.empty')}</p>
      ) : (
        <>
          <p class="lead">{doses.value ? say('hand.doses', { n: doses.value.count }) : say('hand.noDose')}</p>
          <ol class="times">
            {taps.map((entry) => {
              if (entry.kind === 'naloxone') dose += 1
              const what = say(`hand.${entry.kind}`, { n: dose })
              return (
                <li key={`${entry.kind}${entry.at}`}>
                  <time dateTime={new Date(entry.at).toISOString()}>{clockTime(entry.at)}</time>
                  <div class="what">
                    <span>{what}</span>
                    {isRunning.value && isTold(entry) !== undefined && (
                      <small class={isTold(entry) ? 'told-on' : ''}>
                        {say(isTold(entry) ? 'hand.told' : 'hand.notTold')}
                      </small>
                    )}
                  </div>
                  {isRunning.value && (
                    <button type="button" class="link" onClick={() => takeBack(entry)}>
                      <Icon of={Undo2} size={20} />
                      <span class="heard-only">{say('hand.takeBack', { what })}</span>
                    </button>
                  )}
                </li>
              )
            })}
          </ol>
        </>
      )}
      {known?.callOut && (
        <p class="told">
          <strong>{say('address.callOut')}:</strong> {known.callOut}
        </p>
      )}
      {known?.notes && (
        <p class="told">
          <strong>{say('address.notes')}:</strong> {known.notes}
        </p>
      )}
      {guidance.value && (
        <>
          <NotApproved />
          <ul class="more">
            {guidance.value.handOver.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      {alertCode.value && <p class="code">{say('first.code', { code: alertCode.value })}</p>}
      {isRunning.value && <p class="small">{say('hand.private')}</p>}
    </>
  )
}

import { Check, Copy, Phone, Volume1 } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { addressLines } from '../../shared/address/address-lines.ts'
import { Icon } from '../../shared/look/icon.tsx'
import { bringKeyAgain } from '../console.ts'
import type { Alert, Brief, BriefAnswer } from '../desk/desk.ts'
import { dialog } from '../keyboard.ts'
import { isMine, tell } from '../known.ts'
import { Key } from '../parts/key.tsx'
import { deskOf } from '../service.ts'
import { say } from '../words.ts'

const askEveryMs = 700

/** Asks for the brief until it is there, while the alert is ours. It is kept on no disk, and is gone with the alert. */
export function useBrief(alert: Alert): BriefAnswer {
  const [answer, setAnswer] = useState<BriefAnswer>({ kind: 'waiting' })
  const may = isMine(alert)
  useEffect(() => {
    if (!may) {
      setAnswer({ kind: alert.state === 'closed' ? 'gone' : 'not-owner' })
      return
    }
    let ended = false
    let next: ReturnType<typeof setTimeout> | undefined
    setAnswer({ kind: 'waiting' })
    const look = async () => {
      const heard = await deskOf(alert).brief(alert.id)
      if (ended) return
      setAnswer(heard)
      if (heard.kind === 'waiting' || heard.kind === 'elsewhere') next = setTimeout(() => void look(), askEveryMs)
    }
    void look()
    return () => {
      ended = true
      clearTimeout(next)
    }
  }, [alert.id, alert.state, may])
  return answer
}

export function BriefZone({ alert, answer }: { alert: Alert; answer: BriefAnswer }) {
  if (answer.kind !== 'opened') {
    return (
      <>
        <h2>{say('zone.brief')}</h2>
        <p role="status">{say(`brief.${answer.kind}`)}</p>
        {answer.kind === 'elsewhere' && (
          <button type="button" onClick={() => void bringKeyAgain()}>
            {say('brief.bringHere')}
          </button>
        )}
      </>
    )
  }
  const { brief } = answer
  return (
    <>
      <Address brief={brief} />
      {brief.ownNumber ? (
        <a class="ring" href={`tel:${brief.ownNumber}`}>
          <Icon of={Phone} />{' '}
          <span>
            {say('brief.ring')}
            <span class="small">{brief.ownNumber}</span>
          </span>
        </a>
      ) : (
        <p class="small">{say('brief.noNumber')}</p>
      )}
      <Rescuers alert={alert} brief={brief} />
      <dl class="facts">
        <Fact word={say('brief.entry')} text={brief.entry} />
        <Fact word={say('brief.pets')} text={brief.pets} />
        <Fact word={say('brief.naloxone')} text={brief.naloxone} />
        <Fact word={say('brief.notes')} text={brief.notes} />
        <Fact word={say('brief.callOut')} text={brief.callOut} />
      </dl>
      <p class="small">{say('brief.seen')}</p>
    </>
  )
}

function Fact({ word, text }: { word: string; text: string | undefined }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd>{text ? text : <span class="small">{say('brief.notGiven')}</span>}</dd>
    </div>
  )
}

function Address({ brief }: { brief: Brief }) {
  const { lines, postcode } = addressLines(brief.address)
  const [isCopied, setCopied] = useState(false)
  const all = [...lines, ...(postcode ? [postcode] : [])].join('\n')
  return (
    <>
      <h2>{say('brief.address')}</h2>
      <address>
        {lines.map((line) => (
          <span key={line}>{line}</span>
        ))}
        {postcode && <span class="postcode">{postcode}</span>}
      </address>
      <div class="choices">
        <button
          type="button"
          onClick={() => {
            navigator.clipboard.writeText(all).then(
              () => setCopied(true),
              () => tell(say('brief.notCopied'), true),
            )
          }}
        >
          <Icon of={isCopied ? Check : Copy} size={20} /> {say(isCopied ? 'brief.copied' : 'brief.copy')}
        </button>
        <button
          type="button"
          onClick={() => {
            dialog.value = 'read-back'
          }}
        >
          <Icon of={Volume1} size={20} /> {say('brief.readBack')} <Key of="r" />
        </button>
      </div>
    </>
  )
}

function Rescuers({ alert, brief }: { alert: Alert; brief: Brief }) {
  const told = alert.told.filter(({ kind }) => kind === 'rescuer')
  return (
    <section class="rescuers">
      <h3>{say('rescuers.title')}</h3>
      {told.length === 0 && <p class="small">{say('rescuers.none')}</p>}
      <ul class="plain">
        {told.map(({ id, reply, openedAt }, index) => (
          <li key={id} class={reply ?? 'told'}>
            <span class="lamp" aria-hidden="true" />
            <span>{brief.rescuers.find((one) => one.id === id)?.name ?? say('rescuers.nth', { n: index + 1 })}</span>
            <strong>{say(`reply.${reply ?? 'told'}`)}</strong>
            {openedAt && !reply && <span class="small">{say('rescuers.opened')}</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

import { type OpeningsAnswer, type OpeningView, openingReasons } from '@stillhere/contracts'
import { writePublicKey } from '@stillhere/sealing/seal'
import { KeyRound } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { bringBriefKey, type Me } from '../../shared/sign-in/brief-key.ts'
import { passkeyTrouble } from '../../shared/sign-in/credential.ts'
import { PasskeyNotGivenError } from '../../shared/sign-in/passkey.ts'
import { api, send, tell } from '../app.ts'
import { OpenedPlan } from '../openings/opened-plan.tsx'
import { signStatement } from '../openings/sign-statement.ts'
import { Answered, useAsked } from '../parts/asked.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Empty } from '../parts/empty.tsx'
import { Choice } from '../parts/field.tsx'
import { useSaving } from '../parts/save.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { toTheSecond } from '../parts/when.ts'
import { go, hrefOf, place } from '../place.ts'
import { say } from '../words.ts'

const path = '/v1/operate/plan-openings'
const everyMs = 2_000
type Reason = (typeof openingReasons)[number]
const marks = { asked: 'look', confirmed: 'look', opened: 'wrong', refused: '', expired: '' } as const

/** Two people open the plan of an alert that is over. What was opened is read here, by who asked, and then gone. */
export default function OpeningsPage() {
  const [me, setMe] = useState<Me>()
  const [trouble, setTrouble] = useState<unknown>()
  const list = useAsked<OpeningsAnswer>(path, everyMs)
  const alertId = place.value.id
  const bring = async () => {
    setTrouble(undefined)
    try {
      setMe(await bringBriefKey(api))
    } catch (error) {
      setTrouble(error)
    }
  }
  useEffect(() => void bring(), [])
  return (
    <>
      <Heading of="openings">{say('page.openings')}</Heading>
      <p>{say('openings.what')}</p>
      {trouble !== undefined && <Trouble of={trouble} onAgain={bring} />}
      {me && alertId !== undefined && <AskForm key={alertId} me={me} alertId={alertId} list={list} />}
      <section class="part">
        <h2>{say('openings.list')}</h2>
        <Answered of={list}>
          {({ openings }) =>
            openings.length === 0 ? (
              <Empty title={say('openings.none')} what={say('openings.noneWhat')} />
            ) : (
              <ul class="plain openings">
                {openings.map((one) => (
                  <Opening key={one.id} of={one} me={me} list={list} />
                ))}
              </ul>
            )
          }
        </Answered>
      </section>
    </>
  )
}

type List = ReturnType<typeof useAsked<OpeningsAnswer>>

/** The service's instant, and the passkey's word on what stands here. Said once, where a passkey was not given. */
async function signed(
  list: List,
  of: Omit<Parameters<typeof signStatement>[0], 'at'>,
): Promise<{ at: string; passkey: object }> {
  const at = (await list.newest()).serverNow
  try {
    return { at, passkey: await signStatement({ ...of, at }) }
  } catch (error) {
    if (error instanceof PasskeyNotGivenError) tell(say(passkeyTrouble(error)), true)
    throw error
  }
}

function AskForm({ me, alertId, list }: { me: Me; alertId: string; list: List }) {
  const [reason, setReason] = useState<Reason>(openingReasons[0])
  const saving = useSaving()
  const ask = () =>
    saving.run(async () => {
      const { keyId } = me.key
      const openingId = crypto.randomUUID()
      const publicKey = await writePublicKey(me.key)
      const of = { openingId, alertId, reason, keyId, publicKey }
      await send('POST', path, { ...of, ...(await signed(list, { ...of, does: 'asks', supporterId: me.recipientId })) })
      await list.again()
      go('openings')
    })
  return (
    <section class="part ask-plan">
      <h2>{say('openings.ask')}</h2>
      <p>{say('openings.askWhat')}</p>
      <p class="small">
        <a href={hrefOf('alerts', alertId)}>{say('openings.theAlert')}</a>
      </p>
      <Choice
        label={say('opening.reason')}
        value={reason}
        options={openingReasons.map((one) => [one, say(`opening.reason.${one}`)])}
        onChange={setReason}
      />
      {saving.trouble !== undefined && !(saving.trouble instanceof PasskeyNotGivenError) && (
        <Trouble of={saving.trouble} />
      )}
      <div class="buttons">
        <button type="button" class="primary" disabled={saving.isBusy} onClick={ask}>
          <Icon of={KeyRound} size={20} /> {say('openings.askButton')}
        </button>
      </div>
    </section>
  )
}

function Opening({ of, me, list }: { of: OpeningView; me: Me | undefined; list: List }) {
  const [isAsked, setAsked] = useState(false)
  const isMine = me?.recipientId === of.askedBy.id
  const who = of.askedBy.name ?? '–'
  const reason = say(`opening.reason.${of.reason}`)
  const confirm = async () => {
    if (!me) return
    const { id: openingId, alertId, reason: why, keyId, publicKey } = of
    const statement = { openingId, alertId, reason: why, keyId, publicKey, supporterId: me.recipientId }
    await send('POST', `${path}/${of.id}/confirm`, await signed(list, { ...statement, does: 'confirms' }))
    await list.again()
  }
  return (
    <li class="card">
      <p>
        <span class={`mark ${marks[of.state]}`}>{say(`opening.state.${of.state}`)}</span> <strong>{reason}</strong>
      </p>
      <p>
        {say('opening.askedBy', { who, when: toTheSecond(of.askedAt) })}
        {of.confirmedBy && ` ${say('opening.confirmedBy', { who: of.confirmedBy.name ?? '–' })}`}
        {of.openedAt && ` ${say('opening.openedAt', { when: toTheSecond(of.openedAt) })}`}
        {of.refused && ` ${sayRefused(of.refused)}`}
      </p>
      <p class="small">
        <a href={hrefOf('alerts', of.alertId)}>{say('openings.theAlert')}</a>
      </p>
      {of.state === 'asked' && isMine && <p>{say('opening.waits', { when: toTheSecond(of.expiresAt) })}</p>}
      {of.state === 'asked' && me && !isMine && (
        <button type="button" onClick={() => setAsked(true)}>
          <Icon of={KeyRound} size={20} /> {say('opening.confirm')}
        </button>
      )}
      {isAsked && (
        <Confirm
          title={say('opening.confirmTitle')}
          yes={say('opening.confirmYes')}
          onYes={confirm}
          onClose={() => setAsked(false)}
        >
          <p>{say('opening.confirmWhat', { who, reason })}</p>
        </Confirm>
      )}
      {me && isMine && of.sealed && <OpenedPlan of={of} me={me} />}
    </li>
  )
}

const refusals = ['expired', 'too-many'] as const
function sayRefused(code: string): string {
  const known = refusals.find((one) => one === code)
  return say(known ? `opening.refused.${known}` : 'opening.refused.other')
}

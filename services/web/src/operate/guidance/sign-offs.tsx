import type { GuidanceSignOffsAnswer, SignedGuidance } from '@stillhere/contracts'
import { Signature } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { approvalOf, hashOf, knowDocument } from '../../shared/guidance/approval.ts'
import { Icon } from '../../shared/look/icon.tsx'
import { may, send, tell } from '../app.ts'
import { Answered, type Asked } from '../parts/asked.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Field } from '../parts/field.tsx'
import { day } from '../parts/when.ts'
import { say } from '../words.ts'
import { documents, type GuidanceDocument } from './documents.ts'

/** What the service would tell everybody's screens of these sign-offs. */
export const signedOf = ({ signOffs }: GuidanceSignOffsAnswer): SignedGuidance =>
  signOffs.flatMap(({ document, contentHash, reviewBy, signedBy, qualification, signedAt }) =>
    signedBy.name === undefined
      ? []
      : [
          {
            document,
            contentHash,
            reviewBy,
            by: `${signedBy.name}, ${qualification}`,
            on: signedAt.slice(0, 10),
          },
        ],
  )

/** Each document of one language: who answers for it, or that nobody does; an operator signs in their own name. */
export function SignOffs({ of, language }: { of: Asked<GuidanceSignOffsAnswer>; language: string }) {
  const [known, setKnown] = useState(false)
  const [signing, setSigning] = useState<GuidanceDocument>()
  useEffect(() => {
    void Promise.all(documents.map(({ key, content }) => knowDocument(key, content))).then(() => setKnown(true))
  }, [])
  return (
    <section class="part" aria-labelledby="sign-offs">
      <h2 id="sign-offs">{say('signOff.title')}</h2>
      <p class="small">{say('signOff.what')}</p>
      <Answered of={of}>
        {(body) =>
          known && (
            <ul class="plain sign-offs">
              {documents
                .filter((one) => one.language === language)
                .map((one) => (
                  <OneDocument key={one.key} of={one} body={body} list={of} onSign={() => setSigning(one)} />
                ))}
            </ul>
          )
        }
      </Answered>
      {signing && <Sign of={signing} list={of} onClose={() => setSigning(undefined)} />}
    </section>
  )
}

function OneDocument(of: {
  of: GuidanceDocument
  body: GuidanceSignOffsAnswer
  list: Asked<GuidanceSignOffsAnswer>
  onSign: () => void
}) {
  const { key, shown, reviewBy } = of.of
  const signOff = of.body.signOffs.find(({ document }) => document === key)
  const approval = approvalOf(key, signedOf(of.body))
  const isDue = reviewBy < new Date().toISOString().slice(0, 10)
  const name = say(`guidance.shown.${shown}`)
  return (
    <li class="card">
      <h3>{name}</h3>
      <p>
        <span class={`mark ${approval ? 'good' : 'wrong'}`}>
          {say(approval ? 'guidance.standing.signed' : 'guidance.standing.unsigned')}
        </span>
      </p>
      <p class="small">
        {approval
          ? say('guidance.by', { by: approval.by, on: day(approval.on) })
          : signOff && say(isDue ? 'signOff.due' : 'signOff.fallen')}{' '}
        {say('signOff.review', { when: day(reviewBy) })}
      </p>
      {may('run-service') && (
        <div class="buttons">
          {!isDue && (
            <button type="button" onClick={of.onSign} aria-label={`${say('signOff.sign')}: ${name}`}>
              <Icon of={Signature} size={20} /> {say('signOff.sign')}
            </button>
          )}
          {signOff && (
            <button
              type="button"
              class="link"
              aria-label={`${say('signOff.withdraw')}: ${name}`}
              onClick={async () => {
                try {
                  await send('DELETE', `/v1/operate/guidance/${key}`)
                } catch {
                  tell(say('said.noAnswer'), true)
                }
                await of.list.again()
              }}
            >
              {say('signOff.withdraw')}
            </button>
          )}
        </div>
      )}
    </li>
  )
}

function Sign(of: { of: GuidanceDocument; list: Asked<GuidanceSignOffsAnswer>; onClose: () => void }) {
  const { key, shown, content, reviewBy } = of.of
  const [qualification, setQualification] = useState('')
  return (
    <Confirm
      title={say('signOff.sign')}
      yes={say('signOff.yes')}
      onClose={of.onClose}
      onYes={async () => {
        const contentHash = await hashOf(content)
        await send('PUT', `/v1/operate/guidance/${key}`, { contentHash, reviewBy, qualification })
        await of.list.again()
      }}
    >
      <p>{say('signOff.promise', { what: say(`guidance.shown.${shown}`), when: day(reviewBy) })}</p>
      <Field
        label={say('signOff.qualification')}
        why={say('signOff.qualificationWhy')}
        value={qualification}
        longest={120}
        isRequired
        onInput={setQualification}
      />
    </Confirm>
  )
}

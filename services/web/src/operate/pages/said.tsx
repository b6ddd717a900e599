import type { AlertLogsAnswer, FeedbackAnswer } from '@stillhere/contracts'
import { openSealed } from '@stillhere/sealing/open'
import { useEffect, useState } from 'preact/hooks'
import { Heading } from '../../shared/parts/heading.tsx'
import { bringBriefKey, type Me } from '../../shared/sign-in/brief-key.ts'
import { api } from '../app.ts'
import { Answered, useAsked } from '../parts/asked.tsx'
import { Empty } from '../parts/empty.tsx'
import { Table } from '../parts/table.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { dateAndTime, day } from '../parts/when.ts'
import { say } from '../words.ts'

type Feedback = FeedbackAnswer['feedback'][number]
const everyMs = 10_000

/** What people said of the service, opened in this browser alone; and what supporters wrote after an alert. */
export default function SaidPage() {
  const [me, setMe] = useState<Me>()
  const [trouble, setTrouble] = useState<unknown>()
  const logs = useAsked<AlertLogsAnswer>('/v1/operate/logs')
  const feedback = useAsked<FeedbackAnswer>(me && '/v1/operate/feedback', everyMs)
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
      <Heading of="said">{say('page.said')}</Heading>
      <section class="part">
        <h2>{say('said.feedback')}</h2>
        <p class="small">{say('said.feedbackWhat')}</p>
        {trouble !== undefined && <Trouble of={trouble} onAgain={bring} />}
        {me && (
          <Answered of={feedback}>
            {(body) =>
              body.feedback.length === 0 ? (
                <Empty title={say('said.noFeedback')} what={say('said.noFeedbackWhat')} />
              ) : (
                <ul class="plain">
                  {body.feedback.map((one) => (
                    <Said key={one.id} of={one} me={me} />
                  ))}
                </ul>
              )
            }
          </Answered>
        )}
      </section>
      <section class="part">
        <h2>{say('said.logs')}</h2>
        <Answered of={logs}>
          {(body) =>
            body.logs.length === 0 ? (
              <Empty title={say('said.noLogs')} what={say('said.noLogsWhat')} />
            ) : (
              <Table
                caption={say('said.logs')}
                rows={body.logs.map((log, index) => ({ ...log, key: String(index) }))}
                keyOf={({ key }) => key}
                columns={[
                  { key: 'name', label: say('person.name'), cell: ({ name }) => name, by: ({ name }) => name },
                  { key: 'at', label: say('line.at'), cell: ({ at }) => dateAndTime(at), by: ({ at }) => at },
                  { key: 'outcome', label: say('alert.outcome'), cell: ({ outcome }) => sayOutcome(outcome) },
                  {
                    key: 'difficulty',
                    label: say('log.difficulty'),
                    cell: ({ difficulty }) => say('log.of5', { grade: difficulty }),
                    by: ({ difficulty }) => difficulty,
                  },
                  {
                    key: 'energy',
                    label: say('log.energy'),
                    cell: ({ energy }) => say('log.of5', { grade: energy }),
                    by: ({ energy }) => energy,
                  },
                  {
                    key: 'followUp',
                    label: say('log.care'),
                    cell: ({ followUp, debriefOpen }) =>
                      followUp || debriefOpen ? (
                        <span class="mark look">{say(followUp ? 'log.followUp' : 'log.debrief')}</span>
                      ) : (
                        '–'
                      ),
                    by: ({ followUp, debriefOpen }) => (followUp || debriefOpen ? 0 : 1),
                  },
                ]}
              />
            )
          }
        </Answered>
      </section>
    </>
  )
}

const outcomes = ['safe', 'false-alarm', 'rescued', 'handed-to-crew', 'not-found', 'abandoned'] as const
function sayOutcome(outcome: string): string {
  const known = outcomes.find((one) => one === outcome)
  return known ? say(`outcome.${known}`) : outcome
}

function Said({ of, me }: { of: Feedback; me: Me }) {
  const [text, setText] = useState<string | null>()
  const { id, sealed } = of
  useEffect(() => {
    if (sealed === undefined) return
    const aad = `${id}.${me.recipientId}.${me.key.keyId}`
    void openSealed([me.key], sealed, 'stillhere/feedback/v1', aad).then((opened) =>
      setText(opened.kind === 'refused' ? null : opened.text),
    )
  }, [sealed, me])
  return (
    <li class="card">
      <p class="small">
        <span class={`mark ${of.kind === 'complaint' ? 'look' : ''}`}>{say(`said.${of.kind}`)}</span> {day(of.day)}
      </p>
      {typeof text === 'string' ? (
        <p class="their-words" lang={of.language}>
          {text}
        </p>
      ) : (
        <p class="small">{say(text === null ? 'said.unreadable' : 'said.waiting')}</p>
      )}
    </li>
  )
}

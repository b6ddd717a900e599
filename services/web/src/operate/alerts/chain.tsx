import type { AlertExport } from '@stillhere/contracts'
import { Link2, ShieldAlert, ShieldCheck } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { ask } from '../app.ts'
import { useSaving } from '../parts/save.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { say } from '../words.ts'
import { type ChainVerdict, verifyChain } from './verify-chain.ts'

/** Holds the journal against its chain, from the newest document, in this browser. */
export function Chain({ path }: { path: string }) {
  const saving = useSaving()
  const [verdict, setVerdict] = useState<ChainVerdict>()
  return (
    <section class="part narrow-text">
      <h2>{say('chain.title')}</h2>
      <p>{say('chain.what')}</p>
      <div class="buttons">
        <button
          type="button"
          disabled={saving.isBusy}
          onClick={() =>
            saving.run(async () => {
              setVerdict(undefined)
              setVerdict(await verifyChain(await ask<AlertExport>(path)))
            })
          }
        >
          <Icon of={Link2} size={20} /> {say('chain.verify')}
        </button>
      </div>
      {saving.trouble !== undefined && <Trouble of={saving.trouble} />}
      <div role="status">{verdict && <Verdict of={verdict} />}</div>
    </section>
  )
}

function Verdict({ of }: { of: ChainVerdict }) {
  if (of.kind === 'not-yet') return <p>{say('chain.notYet')}</p>
  if (of.kind === 'broken')
    return (
      <p class="wrong">
        <Icon of={ShieldAlert} size={22} /> {say('chain.broken', { position: of.position })}
      </p>
    )
  return (
    <>
      <p>
        <span class="mark good">
          <Icon of={ShieldCheck} size={18} /> {say('chain.sound')}
        </span>{' '}
        {say('chain.lines', { lines: of.lines, waiting: of.waiting })}
      </p>
      <p class="small">{say('chain.head')}</p>
      <p>
        <code class="link-text">{of.head}</code>
      </p>
    </>
  )
}

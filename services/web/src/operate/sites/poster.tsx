import { Printer } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { Qr } from '../../shared/parts/qr.tsx'
import { service } from '../app.ts'
import { Back } from '../parts/back.tsx'
import { say } from '../words.ts'
import type { Site } from './site-form.ts'

/** A page for a wall: it says neither what the service is called nor what it is for. */
export function Poster({ site }: { site: Site }) {
  const link = `${location.origin}/#join=${site.joinCode}`
  return (
    <>
      <Back to="sites" />
      <div class="page-head not-printed">
        <Heading of="poster">{say('poster.title', { label: site.label })}</Heading>
        <button type="button" class="primary" onClick={() => print()}>
          <Icon of={Printer} size={20} /> {say('poster.print')}
        </button>
      </div>
      <article class="poster" aria-label={say('poster.title', { label: site.label })}>
        {service.value?.trial && <p class="not-real">{say('app.trial')}</p>}
        <h2>{say('poster.head')}</h2>
        <p class="lead">{say('poster.lead', { label: site.label })}</p>
        <Qr text={link} label={say('poster.qr', { code: site.joinCode })} />
        <ol>
          <li>{say('poster.scan')}</li>
          <li>{say('poster.room')}</li>
          <li>{say('poster.start')}</li>
        </ol>
        <p>{say('poster.orType', { origin: location.host })}</p>
        <p class="code">{site.joinCode}</p>
        <p class="small">{say('poster.free')}</p>
      </article>
    </>
  )
}

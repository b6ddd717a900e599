import { openLive, preparePerson, signInToConsole, startStack } from '@stillhere/testkit'
import { expect, test } from 'vitest'

test.each([{ noRedis: false }, { noRedis: true }])(
  'H25, P11: a supporter’s socket shows every change as it happens, and nothing of the plan (without Redis: $noRedis)',
  async ({ noRedis }) => {
    const stack = await startStack({ noRedis, demoPhones: true })
    stack.phones.allow(/^SAFETY ALERT/, /ALL CLEAR/, /^\d{4} /)
    try {
      const sam = await signInToConsole({ api: stack.api, invitation: stack.invitations.supporter })
      const lead = await signInToConsole({ api: stack.api, invitation: stack.invitations.dutyLead })
      const live = await openLive({ url: stack.liveUrl, token: sam.token })
      const first = await live.next('alerts')
      expect(first).toMatchObject({ alerts: [], sessions: [], onShift: [] })
      await sam.setShift(true)
      await live.next('alerts', ({ onShift }) => onShift.some(({ id }) => id === sam.recipientId))

      const { person, rescuer } = await preparePerson(stack, { alertOrder: 'both' })
      const { alertAt, deadlineAt } = await person.start({ countdownSeconds: 120, company: 'supporter' })
      const isCard = (state: string) => (frame: { sessions: { id: string; state: string }[] }) =>
        frame.sessions.some((card) => card.id === person.sessionId && card.state === state)
      await live.next('alerts', isCard('counting'))
      await stack.advanceTo(deadlineAt)
      await live.next('alerts', isCard('prompting'))
      await stack.advanceTo(alertAt)
      const raised = await live.next('alerts', ({ alerts }) =>
        alerts.some(({ state, told }) => state === 'open' && told.length === 2),
      )
      const [alert] = raised.alerts
      if (!alert) throw new Error('no alert')

      await lead.command(alert.id, 'claim')
      const owned = await live.next('alerts', ({ alerts }) => alerts[0]?.state === 'owned')
      expect(owned.alerts[0]?.owner).toMatchObject({ kind: 'supporter', id: lead.recipientId })
      // Recorded by somebody who does not own it: shown all the same.
      await sam.command(alert.id, 'progress', { kind: 'called-999' })
      await live.next('alerts', ({ alerts }) => alerts[0]?.progress[0]?.kind === 'called-999')
      await lead.command(alert.id, 'all-clear', { outcome: 'safe', naloxone: false })
      await live.next('alerts', ({ alerts, sessions }) => alerts[0]?.state === 'closed' && sessions.length === 0)

      const said = JSON.stringify(live.frames)
      expect(stack.canaries.findIn(said)).toEqual([])
      expect(said).not.toContain(rescuer.number.slice(-9))
      const { told } = await person.receipt()
      expect(told.map(({ who }) => who).sort()).toEqual(['rescuer', 'supporter', 'supporter'])
      for (const line of told.filter(({ who }) => who === 'supporter')) expect(line.at).toBeDefined()
      await live.close()
    } finally {
      await stack.close()
    }
  },
)

test('a supporter of another organisation is shown nothing of it, and one who is removed is sent away', async () => {
  const stack = await startStack({ demoPhones: true })
  stack.phones.allow(/^SAFETY ALERT/, /ALL CLEAR/, /^\d{4} /)
  try {
    const sam = await signInToConsole({ api: stack.api, invitation: stack.invitations.supporter })
    const stranger = await signInToConsole({ api: stack.api, invitation: stack.invitations.dutyLead })
    // The same person, now of another service: their token and all that they are with it.
    await stack.db.query(
      `INSERT INTO app.organisations (id, slug, name, sms_number, page_host, prompts, ladder)
       SELECT gen_random_uuid(), 'elsewhere', 'Elsewhere', '+447700900099', page_host, prompts, ladder FROM app.organisations`,
    )
    await stack.db.query(
      `UPDATE app.supporters SET organisation_id = (SELECT id FROM app.organisations WHERE slug = 'elsewhere') WHERE id = $1`,
      [stranger.recipientId],
    )
    await stack.db.query(
      `UPDATE app.credentials SET organisation_id = (SELECT id FROM app.organisations WHERE slug = 'elsewhere')
       WHERE supporter_id = $1`,
      [stranger.recipientId],
    )
    const [here, there] = [
      await openLive({ url: stack.liveUrl, token: sam.token }),
      await openLive({ url: stack.liveUrl, token: stranger.token }),
    ]
    await Promise.all([here.next('alerts'), there.next('alerts')])
    const { person, rescuer } = await preparePerson(stack)
    await person.start({ company: 'supporter' })
    await person.help()
    await rescuer.expectText('SAFETY ALERT')
    const { alerts } = await here.next('alerts', (frame) => frame.alerts.length === 1)
    expect(there.frames.filter(({ type }) => type === 'alerts')).toHaveLength(1)
    for (const path of ['', '/brief']) {
      const { status } = await stranger.request('GET', `/v1/alerts/${alerts[0]?.id}${path}`)
      expect(status).toBe(404)
    }

    await stack.db.query('UPDATE app.supporters SET removed_at = app.clock(), on_shift = false WHERE id = $1', [
      sam.recipientId,
    ])
    await stack.db.query(`UPDATE app.credentials SET expires_at = app.clock() WHERE supporter_id = $1`, [
      stranger.recipientId,
    ])
    expect(await Promise.all([here.closed, there.closed])).toEqual([4401, 4401])
  } finally {
    await stack.close()
  }
})

import { type Hazard, notShown, notThere, reviewed, shown } from './hazard.ts'

const officer = 'the clinical safety officer'
const deployer = 'the deploying organisation'
const releaser = 'whoever releases'

/**
 * The hazard log, a draft: nobody who is entitled to has signed it. Severities and likelihoods are proposals. Every test
 * that is cited was read, and is here because it should fail without the control; the README says how many were broken.
 * H19 was never given.
 */
export const hazards: readonly Hazard[] = [
  {
    id: 'H1',
    hazard: 'No alert after somebody stops answering',
    cause: 'A timer is lost, a process is dead, or the program is wrong',
    effect: 'Death or injury that nobody discovers',
    severity: 'catastrophic',
    likelihood: { before: 'medium', after: 'very low' },
    controls: [
      shown(
        'A deadline is a row in the database, and a sweep finds it with or without Redis',
        ['tests/smoke/redis-away.test.ts', 'C11: Redis loses everything, and nobody is told: the alert is in time'],
        [
          'tests/smoke/no-redis.test.ts',
          'F15: with no Redis the alert is raised, the rescuer claims it by text, and the device sees it live',
        ],
      ),
      shown('The alert and its first texts are written in one transaction: what was cut off is done again, once', [
        'tests/smoke/postgres-cuts-every-connection.test.ts',
        'C13, F18: Postgres ends every connection in mid-sweep, again and again: no alert is lost and none is doubled',
      ]),
      shown(
        'Two workers run; another goes on with what one left behind',
        [
          'tests/architecture/compose.test.ts',
          'the services are those of services/, with two workers, the stores, the one that migrates and the door',
        ],
        ['tests/faults/first-faults.test.ts', '$id: $what', 'F7'],
        [
          'tests/smoke/a-worker-that-stops-in-mid-ladder.test.ts',
          'C17: workers that are replaced one after the other in the middle of a ladder neither lose nor repeat a step',
        ],
      ),
      shown(
        'A process that dies or hangs is started again',
        ['infra/local/stack.test.ts', 'whatever dies is back in two seconds, with the same settings'],
        [
          'infra/local/supervisor.test.ts',
          'a process that is alive but answers nothing for ten seconds is started again',
        ],
        ['tests/architecture/compose.test.ts', 'and is started again, asked how it is, and given time to end'],
      ),
      shown('When every worker was away, what passed meanwhile alerts at once on their return', [
        'tests/smoke/all-workers-down-for-five-minutes.test.ts',
        'C9: fifty deadlines pass while every worker is down; on their return all alerts go out, oldest first, with their lateness',
      ]),
      shown('While nobody looks for deadlines no start is accepted', [
        'tests/smoke/a-sweep-that-stands-still-is-said.test.ts',
        'C18: with no round of the sweep completed, readiness is red and no start is accepted, though HTTP works',
      ]),
      shown(
        'A second pair of eyes finds an alert that does not climb, pushes it, and withholds the outside heartbeat',
        [
          'tests/smoke/the-auditor-finds-a-ladder-that-stands-still.test.ts',
          'C19: an open alert whose steps are gone climbs again at once, and the operator is paged',
        ],
        [
          'tests/smoke/the-auditor-finds-a-ladder-that-stands-still.test.ts',
          'C19: while the ladder is held and a step is overdue by more than ten seconds, nobody outside hears that all is well',
        ],
      ),
      shown('An alert that nobody owns is repeated without end, and pages', [
        'tests/smoke/the-ladder-never-goes-silent.test.ts',
        'unowned, an alert is repeated at +60, +120, +240 s and then every 5 min for as long as it takes, and pages',
      ]),
      shown(
        'What was acknowledged is on disk, and an answer that was lost is found again',
        ['tests/architecture/compose.test.ts', 'Postgres writes before it answers (P9), and its log quotes nobody'],
        ['tests/faults/first-faults.test.ts', '$id: $what', 'F1'],
        ['tests/faults/first-faults.test.ts', '$id: $what', 'F2'],
      ),
      shown('One row that cannot be processed costs the others of its batch nothing', [
        'packages/operations/src/in-halves.test.ts',
        'one poison row among hundreds costs a few transactions and delays nobody else',
      ]),
      reviewed(
        'The same holds on real processes that are killed, frozen and stopped under load',
        releaser,
        'Run `npm run faults` (F3, F4, F9, F10, F11, F12 and F16 are not in `npm test`) and read the result.',
      ),
      shown('A session whose row cannot be moved is alerted beside it, and the operator is rung (F24)', [
        'tests/smoke/alerts-in-hard-places.test.ts',
        'F24: a session whose row cannot be moved is alerted all the same, the operator is rung, and the next one is not late',
      ]),
      shown('A process whose program is stuck can end itself', [
        'packages/observability/src/loop-watch.test.ts',
        'a process whose loop is blocked ends itself',
      ]),
      shown('And every process runs under that watch (F44, F45)', [
        'packages/observability/src/run-service.test.ts',
        'F44: a service whose loop stands still is ended, and so started again by whoever watches over it',
      ]),
      shown('A worker reads from the rows what is overdue, silent or unsent, for the alarms of the operator', [
        'tests/architecture/observability.test.ts',
        'every promise has a metric on the dashboard, and an alarm where the server can see it broken',
      ]),
      shown(
        'A worker of which nothing goes on for ten seconds ends itself, unless the database is away (P14)',
        [
          'services/worker/src/engine/supervise-sweep.test.ts',
          'an alarm path of which nothing works ends the process after ten seconds',
        ],
        [
          'services/worker/src/engine/supervise-sweep.test.ts',
          'while the database itself does not answer the process stays, and ends once it does and nothing goes on',
        ],
      ),
      shown(
        'With the database away, workers page the number of their settings for the alerts they remember (F17, P14)',
        [
          'tests/smoke/postgres-away-while-somebody-is-due.test.ts',
          'F17: while Postgres is away a worker stays, pages for the alert it remembers, and fires it as soon as it is back',
        ],
      ),
      shown(
        'One person’s row that cannot be worked off stops nobody else’s prompt, text, reply or address',
        [
          'tests/smoke/one-persons-trouble-stops-nobody.test.ts',
          'a prompt that can never be shown: the others are prompted, and their own phones are rung',
        ],
        [
          'tests/smoke/one-persons-trouble-stops-nobody.test.ts',
          'a message that nobody can claim, look after or write down: the others are claimed, looked after and written down',
        ],
        [
          'tests/smoke/one-persons-trouble-stops-nobody.test.ts',
          'texts that can never be read: the ones behind them are read in the same round',
        ],
        [
          'tests/smoke/briefs-go-on.test.ts',
          'one brief reaches its supporter although twenty-one before it can never be sealed',
        ],
      ),
    ],
    residual:
      'Every copy of the database lost at once, a carrier that takes texts and delivers none while calls fail as well, or a fault that no test imagined.',
  },
  {
    id: 'H2',
    hazard: 'The alert is late',
    cause: 'Overload, recovery from a crash, a queue at the carrier',
    effect: 'Hypoxia lasts longer',
    severity: 'catastrophic',
    likelihood: { before: 'high', after: 'low' },
    controls: [
      shown(
        'The sweep looks every 250 ms, and a thousand deadlines in one second are one second’s work',
        ['packages/timers/src/sweep.test.ts', 'sweeps at once, then every 250 ms'],
        [
          'tests/smoke/a-thousand-deadlines-in-one-second.test.ts',
          'C6: a thousand deadlines in the same second all fire, p99 within a second, none early and none twice',
        ],
      ),
      shown(
        'A sender that died, or a carrier that hangs, delays nothing: another channel has started by 5 s',
        ['tests/faults/first-faults.test.ts', '$id: $what', 'F7'],
        [
          'tests/smoke/carrier-in-trouble.test.ts',
          'C56: when the carrier answers with %s, the call has started by 5 s, and the text is sent once more',
        ],
      ),
      shown('The carrier is told for how long a text is worth delivering', [
        'packages/carriers/tests/twilio.test.ts',
        'a text is accepted with its SID, and every field is on the wire as Twilio takes it',
      ]),
      shown('For an alert that is two minutes, so that no alert arrives hours later', [
        'tests/smoke/deadline-raises-one-alert.test.ts',
        'C1: texts the first rescuer when the deadline passes',
      ]),
      shown(
        'The first message of every alert goes before everything else',
        [
          'packages/persistence/tests/messages.test.ts',
          'the first message of every alert goes before the second of any, however long that has waited (C34)',
        ],
        [
          'packages/carriers/src/outbound/bulkhead.test.ts',
          'C34: the first message of an alert goes before everything that waits',
        ],
        [
          'tests/smoke/alerts-wait-for-nobody.test.ts',
          'C73: thirty invitations that hang at the carrier do not delay an alert',
        ],
      ),
      shown(
        'No step waits for the success of an earlier one',
        [
          'tests/smoke/a-dead-own-phone-delays-nobody.test.ts',
          'C22: the prompt to the own phone fails (%s), and the rescuer is told on time',
        ],
        [
          'tests/smoke/the-ladder-widens-on-time.test.ts',
          'C25: a step with nobody to notify is skipped at once, and the record says so',
        ],
      ),
      shown('Redis that answers nothing holds nobody up', [
        'tests/smoke/redis-away.test.ts',
        'C12: Redis answers nothing for 30 s across the alert: it is raised in time, and people are answered',
      ]),
      shown(
        'Lateness is counted for each alert and stands on the dashboard, and a broken P2 raises an alarm',
        [
          'tests/architecture/observability.test.ts',
          'every promise has a metric on the dashboard, and an alarm where the server can see it broken',
        ],
        ['packages/observability/src/events.test.ts', 'an alert is one line and one count, with its lateness'],
      ),
      reviewed(
        'The machine that is used is fast enough for the number of people',
        deployer,
        'Run `npm run bench -- storm` and `lateness` on it; tests/load says what has and has not been measured here.',
      ),
      notThere(
        'Many alerts at once leave through several numbers, and through a second carrier when the first fails (C75, F31)',
        1,
        'One carrier, one number. A suspended or empty account silences texts and calls alike, and the operator’s page goes by the same account: only the outside alarms of the metrics are left. Many texts at once leave at one number’s pace.',
      ),
    ],
    residual:
      'A machine or carrier slower than anyone measured. Seconds are lost by mobile networks that nobody here runs.',
  },
  {
    id: 'H3',
    hazard: 'An alert although the person checked in',
    cause: 'A race, a message that comes twice, a clock',
    effect: 'Rescuers and crews called out for nothing, the person exposed, trust lost, alarm fatigue',
    severity: 'major',
    likelihood: { before: 'medium', after: 'very low' },
    controls: [
      shown(
        'A check-in wins until the instant of the alert',
        ['tests/smoke/check-in-wins-until-the-alert.test.ts', 'C2: a check-in 50 ms before the alert prevents it'],
        [
          'tests/smoke/prompts-come-before-anybody-is-told.test.ts',
          'a press in the last ten seconds stops the opening, and nothing is disclosed',
        ],
      ),
      shown(
        'Two decisions on one state cannot both count',
        ['packages/persistence/tests/compare-and-set.test.ts', 'the second of two decisions on one version is refused'],
        [
          'tests/smoke/two-workers-race-for-one-alert.test.ts',
          'C14: two workers, wake-ups and sweeps all reach for the same deadlines, and each alert is raised once',
        ],
      ),
      shown('The old deadline does nothing once it was moved', [
        'tests/smoke/check-in-moves-the-deadline.test.ts',
        'C3: a check-in moves the deadline, and the old one does nothing',
      ]),
      shown('A press that was long on its way counts from when it was made', [
        'tests/smoke/an-old-press-moves-nothing.test.ts',
        'F40: a press counts from when it was pressed, not from when it arrived',
      ]),
      shown(
        'A check-in after the alert calls it off before anybody heard, and else asks a human to confirm',
        [
          'tests/smoke/sign-of-life-after-the-alert.test.ts',
          'C45: before anything was sent, a check-in cancels the alert and nobody hears of it',
        ],
        [
          'tests/smoke/sign-of-life-after-the-alert.test.ts',
          'C45: once somebody was told, a human confirms, and everybody told is told',
        ],
      ),
      shown('Help is not called by a slip of the finger', [
        'tests/e2e/session-controls.test.ts',
        'get help now with the keyboard alone, and nobody who holds a key down calls by mistake',
      ]),
    ],
    residual: 'False alarms by silence (asleep, no signal, a silent phone) stay the commonest event; see H13.',
  },
  {
    id: 'H4',
    hazard: 'An alert before its time',
    cause: 'The clock of a phone or a host, a duration that is text or negative',
    effect: 'As H3',
    severity: 'major',
    likelihood: { before: 'medium', after: 'very low' },
    controls: [
      shown(
        'Only whole seconds within bounds are taken, and no instant from a client',
        ['services/api/src/bad-inputs.test.ts', '%s', 'B9 text for a number'],
        ['services/api/src/bad-inputs.test.ts', '%s', 'B14 an absolute deadline'],
      ),
      shown('The database’s clock decides, whatever the hosts’ clocks say', [
        'tests/smoke/a-host-clock-that-is-wrong.test.ts',
        'C15: with the hosts’ clocks %d ms off, due times follow the database’s',
      ]),
      shown(
        'A wake-up that comes too early, or with a broken delay, raises nothing',
        [
          'packages/timers/tests/wake-ups.test.ts',
          'a wake-up that comes before the row is due delays itself, again and again, as one job',
        ],
        ['packages/timers/tests/wake-ups.test.ts', 'a delay that is %s is refused rather than run at once'],
        [
          'tests/smoke/two-workers-race-for-one-alert.test.ts',
          'C14: two workers, wake-ups and sweeps all reach for the same deadlines, and each alert is raised once',
        ],
      ),
      shown(
        'A step of the database’s clock is seen and taken back, once',
        ['packages/timers/src/clock-watch.test.ts', 'F38: a step of %s ms is seen at the next look and undone'],
        ['packages/timers/src/clock-watch.test.ts', 'two workers see one step and correct it once'],
        ['packages/persistence/tests/clock.test.ts', 'of a step that ten workers saw is made once'],
      ),
      notShown(
        'The worker does so in a running service, and the operator is paged (F38)',
        2,
        'The watch and the correction are tested apart; no test steps the clock of a running database, and none waits for the page.',
      ),
      notThere(
        'A process does not start on a database whose clock function is not the migration’s',
        2,
        'Nothing compares the body of `app.clock()` at start.',
      ),
    ],
    residual: 'Until a step of the clock is seen, about one sweep, an alert may come up to that step early.',
  },
  {
    id: 'H5',
    hazard: 'A text is accepted, never delivered, and nobody notices',
    cause: 'Accepted is not delivered: a phone that is off, a filter, a landline',
    effect: 'No help comes',
    severity: 'catastrophic',
    likelihood: { before: 'high', after: 'low' },
    controls: [
      shown('A text that is reported undelivered calls the next rescuer at once', [
        'tests/smoke/text-that-does-not-arrive.test.ts',
        'C58: when the text is reported as $code, the next rescuer is told at once',
      ]),
      shown('Thirty seconds without "delivered": the phone is rung and the next rescuer is told', [
        'tests/smoke/text-that-does-not-arrive.test.ts',
        'C59, P8: without a delivered in 30 s the rescuer is rung and the next is told',
      ]),
      shown('A number that is refused for good is passed over at once', [
        'tests/smoke/number-refused-for-good.test.ts',
        'C57: a number refused with %s is not tried again; the next rescuer is told at once',
      ]),
      shown('Voicemail is no answer: they are rung again, and the ladder goes on', [
        'tests/smoke/an-alert-by-call.test.ts',
        'C50, H16: a voicemail box is told nothing and claims nothing; they are rung once more, the ladder goes on',
      ]),
      shown('Receipts in any order, doubled or late tell the truth', [
        'tests/smoke/receipts-in-any-order.test.ts',
        'C60: receipts that come as in %s leave the text delivered',
      ]),
      shown('A landline is no rescuer’s number', [
        'tests/smoke/numbers-never-contacted.test.ts',
        'B45–B47, C70, P13: emergency, short, premium, foreign and landline numbers are refused and never asked of the carrier',
      ]),
      shown('A carrier that refuses us is on the operator’s board with what to do', [
        'tests/smoke/the-board-says-what-to-do.test.ts',
        'a carrier that refuses is seen, and an end of a worker',
      ]),
    ],
    residual:
      '"Delivered" means the phone has it, not that somebody read it. One carrier serves every text and call (see H2).',
  },
  {
    id: 'H6',
    hazard: 'A rescuer reads the alert and supposes that somebody else is going',
    cause: 'Several people are told at once',
    effect: 'No help comes',
    severity: 'catastrophic',
    likelihood: { before: 'medium', after: 'low' },
    controls: [
      shown(
        'Texts and pages say how many have said they are going, and nothing that is not so',
        [
          'tests/smoke/who-is-said-to-be-going.test.ts',
          'a supporter who has the alert coordinates: rescuers hear of them as acting, not as going',
        ],
        [
          'tests/smoke/what-a-rescuer-says-from-there.test.ts',
          'each rescuer learns how many others are going, and nobody’s name',
        ],
        ['tests/e2e/rescue-from-there.test.ts', 'each page says how many others are going, and no name'],
      ),
      shown(
        'Whoever took it and falls silent loses it, and all are asked again',
        [
          'tests/smoke/a-silent-owner-loses-the-alert.test.ts',
          'a rescuer’s 1 holds for five minutes of silence, then the ladder resumes with AGAIN',
        ],
        [
          'tests/smoke/a-silent-owner-loses-the-alert.test.ts',
          'C46: a supporter who records nothing for 120 s loses the alert, and everyone is told AGAIN',
        ],
      ),
      shown('"I cannot" calls the next one at once', [
        'tests/smoke/rescuer-answers.test.ts',
        'C47: %s tells the next rescuer at once',
      ]),
      shown('Nobody who is going is sent home by somebody else’s going', [
        'tests/smoke/rescuer-answers.test.ts',
        'C52: several rescuers go, each hears of the others, and nobody is sent home before the all-clear',
      ]),
      shown('One supporter coordinates, and the others are told who', [
        'tests/smoke/one-supporter-claims.test.ts',
        'C36, C41: of two supporters who reply 1 at once, one coordinates and the other is told who and when',
      ]),
      reviewed(
        'People under stress understand the texts',
        officer,
        'Watch people who might be rescuers read them, at night, on an old phone.',
      ),
    ],
    residual: 'Somebody says "going" and does not go: five minutes pass before the others are asked again.',
  },
  {
    id: 'H7',
    hazard: 'A rescuer’s number is wrong, has changed hands, or has opted out',
    cause: 'A slip, a SIM that was given to somebody else, STOP',
    effect: 'No help comes; a stranger learns that somebody needs it',
    severity: 'catastrophic',
    likelihood: { before: 'medium', after: 'low' },
    controls: [
      shown(
        'Only who agreed from that very phone counts and is told',
        [
          'tests/smoke/only-agreed-rescuers-protect.test.ts',
          'C81, C82, B27: with nobody who has agreed a start is refused, and the plan says what is missing',
        ],
        ['tests/smoke/consent-by-text.test.ts', 'B57: nobody agrees for another number'],
        ['tests/smoke/consent-by-text.test.ts', 'B57: %s is no agreement, and nothing is sent again'],
        ['tests/smoke/rescuer-answers.test.ts', 'X6: a rescuer who never agreed is not told, whatever place they have'],
      ),
      shown(
        'STOP, 9 and dead numbers are shown to the person, and protect nobody',
        ['tests/smoke/consent-by-text.test.ts', 'STOP shows as stopped within 2 s and START gives back what was there'],
        ['tests/smoke/only-agreed-rescuers-protect.test.ts', 'C82: a rescuer who %s protects nobody'],
        [
          'tests/smoke/only-agreed-rescuers-protect.test.ts',
          'C57, C82: a number that the carrier has called dead protects nobody',
        ],
      ),
      shown('STOP in the middle of an alert calls the next one at once', [
        'tests/smoke/stop-in-an-alert.test.ts',
        'C66, F36: STOP in an alert tells the next rescuer at once, the person too, and nothing more to that phone',
      ]),
      shown('The invitation carries a word that the person told them', [
        'tests/smoke/consent-by-text.test.ts',
        'the invitation carries the word the person told them, and none that the carrier keeps',
      ]),
      shown(
        'A stranger who gets the first text learns no name, drug, service or address',
        ['tests/smoke/one-long-evening.test.ts', 'H14, H16: no text names drugs, the service or a promise'],
        [
          'tests/smoke/link-answers-only-by-its-button.test.ts',
          'C51: previews and visits change nothing; the button does, once, and brings the brief',
        ],
      ),
      notThere(
        'Rescuers are asked again after a year',
        2,
        'A number that agreed once counts for as long as a plan that names it is used; nothing asks whether it is still the same person.',
      ),
    ],
    residual:
      'A number that changed hands since it agreed. Where the plan says "text the address", its new owner reads the address.',
  },
  {
    id: 'H8',
    hazard: 'The plan cannot be opened when it is needed',
    cause: 'A lost key, an unknown key id, a damaged ciphertext',
    effect: 'Rescuers have no address',
    severity: 'catastrophic',
    likelihood: { before: 'low', after: 'very low' },
    controls: [
      shown(
        'Every plan and number is opened once when it is saved; what does not open starts nothing',
        [
          'tests/smoke/plans-that-cannot-be-used.test.ts',
          'B53: what was sealed for another plan, another version or another key is refused',
        ],
        [
          'tests/smoke/plans-that-cannot-be-used.test.ts',
          'B51: a plan with %s is refused where it is opened, and nobody starts on it',
        ],
      ),
      shown('A new version that does not open leaves the last good one for the alert', [
        'tests/smoke/plans-that-cannot-be-used.test.ts',
        'a new version that cannot be read leaves the last good one for the alert',
      ]),
      shown('After a rotation old plans still open', [
        'tests/smoke/keys-rotate.test.ts',
        'after a rotation old plans still open, new ones are sealed to the new key, and re-sealing moves a plan over',
      ]),
      shown('A key that plans are sealed to is not destroyed by accident', [
        'infra/stillhere/tests/keys.test.ts',
        'a key that plans are sealed to is not destroyed but on purpose, and how many is said',
      ]),
      shown('Two of three holders give the keys back', [
        'infra/stillhere/tests/keys.test.ts',
        'any two of three shares give everything back; one, or a damaged one, gives nothing',
      ]),
      shown('A backup that is restored is what there was', [
        'tests/smoke/a-restored-backup.test.ts',
        'what was restored is what there was, and a plain restart of it holds nothing',
      ]),
      shown('A plan that does not open at the alert: people are told without it, and the operator is paged', [
        'tests/smoke/keys-rotate.test.ts',
        'a destroyed key opens nothing more: the alert goes out without the plan, and the operator is paged',
      ]),
      reviewed(
        'The holders have tried it, and a restore was tried',
        deployer,
        'Hold the drill of escrow and of a restore before going live and every year.',
      ),
      shown('Nobody starts on a plan whose key has gone since it was saved', [
        'tests/smoke/keys-rotate.test.ts',
        'a plan whose key no worker holds says so before the night, and is checked anew when a worker holds it again',
      ]),
      shown(
        'Each worker opens a sample of plans and numbers when it starts and every day, and pages for what does not open',
        [
          'tests/smoke/keys-rotate.test.ts',
          'a worker whose keys do not open the plans and numbers that are kept says so when it starts, and not at the alert',
        ],
      ),
    ],
    residual:
      'The holders lose their shares together with the host: every plan is lost, and alerts go out without addresses.',
  },
  {
    id: 'H9',
    hazard: 'The plan is wrong or out of date',
    cause: 'The person moved, or wrote it in a bad state',
    effect: 'Delay; help at the wrong door',
    severity: 'major',
    likelihood: { before: 'medium', after: 'low' },
    controls: [
      shown(
        'The address is on the screen at every start, with what is missing in the plan',
        [
          'tests/e2e/first-glance.test.ts',
          `on \${width} × \${height} the two taps of a returning person need no scrolling, nor does a running timer`,
        ],
        [
          'tests/e2e/ten-points.test.ts',
          'point 3 (%s): two taps for who comes back; else one glance, a rhythm with what it means, who keeps watch, a test of sound',
        ],
      ),
      shown(
        'Who adopted a place’s plan hears that the place has changed, and nothing changes without them',
        [
          'tests/smoke/a-site-lends-its-plan-and-ladder.test.ts',
          'who adopted a template hears that it has changed, but not that its ladder or its code has',
        ],
        [
          'tests/e2e/site-plan.test.ts',
          'a poster’s link brings the plan, a room is added, and a change counts only when the person agrees',
        ],
      ),
      shown('A plan that nobody used for a year is gone', [
        'tests/smoke/nothing-of-a-person-stays.test.ts',
        'after thirteen months a dump of the database holds nothing of the person, and the tombstone of their alert',
      ]),
      reviewed(
        'People notice a wrong address on that screen and correct it',
        officer,
        'Watch people start with a plan that has an old address.',
      ),
    ],
    residual: 'Nobody but the person can know that an address is wrong.',
  },
  {
    id: 'H10',
    hazard: 'The person believes that they are protected, and are not',
    cause: 'A screen that hopes, no network, a service that is unwell',
    effect: 'They take more risk than they would',
    severity: 'catastrophic',
    likelihood: { before: 'medium', after: 'very low' },
    controls: [
      shown(
        'The screen says "watched" only while the service holds a deadline and is heard, and says otherwise within 5 s',
        [
          'services/web/src/person/session/watch.test.ts',
          'without a session that the service holds, the screen says NOT watched',
        ],
        [
          'services/web/src/person/session/watch.test.ts',
          'watched while the service is heard; out of touch within five seconds of silence, and the deadline still counts',
        ],
        [
          'tests/e2e/faulty-phone.test.ts',
          'the service goes away: out of touch within five seconds, a touch is not green, and it counts from when it was made',
        ],
        [
          'tests/e2e/ten-points.test.ts',
          'point 4 (%s): one large control, three states that cannot lie, five more minutes, using again, night, silence, help',
        ],
      ),
      shown(
        'A touch is green only when the service has answered it; a phone that slept claims nothing',
        [
          'services/web/src/person/session/watch.test.ts',
          'a touch is acknowledged only by the answer to a command that was sent for it',
        ],
        [
          'services/web/src/person/session/watch.test.ts',
          'a phone that woke is out of touch at once, shows the later time and nothing green',
        ],
      ),
      shown(
        'No session starts that nobody could be told of, or that nobody watches',
        [
          'tests/smoke/a-start-that-cannot-be-kept-is-refused.test.ts',
          'B27, C82: without anybody who has agreed nobody is told that they are watched',
        ],
        [
          'tests/smoke/a-start-that-cannot-be-kept-is-refused.test.ts',
          'a supporter on shift is somebody to alert; one who went home is not',
        ],
        [
          'tests/smoke/who-counts-as-here.test.ts',
          'a supporter whose phone said STOP is nobody to rely on: not here, not reachable, and no start counts on them',
        ],
        [
          'tests/smoke/a-sweep-that-stands-still-is-said.test.ts',
          'C18: with no round of the sweep completed, readiness is red and no start is accepted, though HTTP works',
        ],
      ),
      shown(
        'With the database away every answer says that nothing new is watched',
        ['services/api/src/trouble.test.ts', 'F17: when Postgres %s, a person hears that nothing new is watched'],
        [
          'services/gateway/src/gateway.test.ts',
          'F17: with Postgres gone an open socket is told within 5 s, and a ping is no proof that anybody watches',
        ],
      ),
      shown('When supporters go home, whoever counts on them is told', [
        'tests/smoke/opening-hours-and-closing.test.ts',
        'half an hour before it closes no company is promised, who runs is told, and the alert comes all the same',
      ]),
    ],
    residual: 'A frozen or dead phone shows whatever it last showed. The service still acts at the deadline.',
  },
  {
    id: 'H11',
    hazard: 'The person believes that closing the app ends the session',
    cause: 'What they know of other apps',
    effect: 'A false alarm',
    severity: 'significant',
    likelihood: { before: 'high', after: 'medium' },
    controls: [
      shown(
        'Whoever closed the app is asked by push, text and call before anybody is told',
        [
          'tests/smoke/prompts-are-pushed-to-the-browser.test.ts',
          'a browser that said where it is is reminded twice, in neutral words, urgently and not for long',
        ],
        [
          'tests/smoke/prompts-come-before-anybody-is-told.test.ts',
          'the socket hears sound, louder, ring and opening in order, each at its instant from the deadline',
        ],
      ),
      shown('A session can be ended by text', [
        'tests/smoke/the-own-phone-speaks-for-the-person.test.ts',
        '3 with the code of the start text ends; without it, or with another, the watch goes on',
      ]),
      shown('The app that is opened again shows the session that runs', [
        'tests/e2e/weak-signal.test.ts',
        'a phone that lost its session while the service was away finds it by itself when the service is back',
      ]),
      reviewed('The screens make it clear', officer, 'Ask people what happens if they close the app now.'),
    ],
    residual: 'Who gave no number and allowed no notification is asked by nothing once the app is closed.',
  },
  {
    id: 'H12',
    hazard: 'The person believes that losing signal ends the session, or raises the alarm',
    cause: 'What they suppose of networks',
    effect: 'A false alarm, or risk without a guard',
    severity: 'major',
    likelihood: { before: 'medium', after: 'low' },
    controls: [
      shown(
        'Without a network the phone says so, counts on and asks by itself; the service acts at the deadline',
        [
          'tests/e2e/without-a-network.test.ts',
          'without a network the phone asks by itself, opens by itself, and says what the service does',
        ],
        ['services/web/src/person/session/watch.test.ts', 'prompts come on this device alone when the network is gone'],
      ),
      shown('What can go wrong is read before, without an account and without a network', [
        'tests/e2e/pages-that-tell.test.ts',
        `point 10 (\${locale}): data, what can go wrong and guidance are read without an account, and without a network`,
      ]),
      reviewed('People understand "out of touch"', officer, 'Show them the screen and ask what the service does next.'),
    ],
    residual: 'A phone that is offline cannot take an alert back: a person who is well may be called upon.',
  },
  {
    id: 'H13',
    hazard: 'The person does not perceive the prompts',
    cause: 'A silent switch, browsers that sleep, pushes that come late',
    effect: 'False alarms, and with them alarm fatigue',
    severity: 'considerable',
    likelihood: { before: 'very high', after: 'medium' },
    controls: [
      shown(
        'Prompts come by several ways, each at its own instant, and within bounds that an operator cannot leave',
        [
          'tests/smoke/prompts-come-before-anybody-is-told.test.ts',
          'the socket hears sound, louder, ring and opening in order, each at its instant from the deadline',
        ],
        [
          'packages/domain/src/check-rhythm.test.ts',
          'prompts take 30 to 120 s in all, ask at once, ask each way once, and end in the last chance',
        ],
      ),
      shown('Sound is laid ahead in the audio clock, so that a page that may not run still sounds', [
        'tests/e2e/session-controls.test.ts',
        'sound is laid ahead for every prompt, a touch takes it away, silence is silent, a headset key answers',
      ]),
      shown('A push that fails delays neither text nor call', [
        'tests/smoke/prompts-are-pushed-to-the-browser.test.ts',
        'a push service that is down delays nothing, and a push that is too late is not sent',
      ]),
      shown(
        'Before the start sound can be tried out ("did you hear it?"), and so can the own phone',
        [
          'tests/e2e/ten-points.test.ts',
          'point 3 (%s): two taps for who comes back; else one glance, a rhythm with what it means, who keeps watch, a test of sound',
        ],
        [
          'tests/smoke/own-phone-rehearsal.test.ts',
          'C84: the own phone gets a text and a call marked TEST, once a minute; 0 and a key are noted as a test',
        ],
      ),
      reviewed(
        'Real phones sound, vibrate and take pushes, an iPhone with its silent switch too',
        deployer,
        'Try the phones that people here have. Push was never tried with a real push service or on iOS.',
      ),
    ],
    residual: 'A person who gave no number, on a silent phone: the first they notice is a knock on the door.',
  },
  {
    id: 'H14',
    hazard: 'Everybody supposes that 999 is called by itself',
    cause: 'Wording',
    effect: 'Nobody calls',
    severity: 'catastrophic',
    likelihood: { before: 'medium', after: 'low' },
    controls: [
      shown(
        'No text promises an ambulance or safety',
        ['tests/smoke/one-long-evening.test.ts', 'H14, H16: no text names drugs, the service or a promise'],
        [
          'tests/smoke/an-organisations-own-words.test.ts',
          'what carries meaning stays, and what may never be sent is refused',
        ],
      ),
      shown('The text with the address says when to ring 999', [
        'tests/smoke/one-long-evening.test.ts',
        'C69: every text is GSM-7 and one segment, but for an address, of which only free text is cut',
      ]),
      shown('The rescuer’s page leads from "They do not wake" to "Ring 999"', [
        'tests/e2e/rescue-for-everybody.test.ts',
        'the keyboard alone goes the whole way, and a screen reader hears each new screen begin',
      ]),
      shown('On the supporter’s console "999 now" is the loudest thing after two minutes, until somebody has called', [
        'services/web/src/support/alert/situation.test.ts',
        '999 is the loudest thing from two minutes on, until somebody has called',
      ]),
      reviewed(
        'People say, when asked, that they have to ring 999 themselves',
        officer,
        'Ask rescuers and supporters after a rehearsal.',
      ),
    ],
    residual: 'Two people each suppose that the other has rung.',
  },
  {
    id: 'H15',
    hazard: 'The software rings or texts 999, or a wrong number',
    cause: 'Bad data, abuse',
    effect: 'Load on the emergency service, response withdrawn',
    severity: 'major',
    likelihood: { before: 'low', after: 'very low' },
    controls: [
      shown(
        'Emergency, short, premium and foreign numbers are refused when they are saved',
        [
          'tests/smoke/numbers-never-contacted.test.ts',
          'B45–B47, C70, P13: emergency, short, premium, foreign and landline numbers are refused and never asked of the carrier',
        ],
        [
          'packages/domain/src/phone-numbers/check-destination.test.ts',
          'whatever is handed in, only a British mobile or landline is ever allowed',
        ],
      ),
      shown(
        'And once more at the moment of sending, whatever a row says',
        ['tests/smoke/numbers-never-contacted.test.ts', 'P13: even a forged row never sends to %s'],
        ['packages/carriers/tests/twilio.test.ts', 'P13, C72: never asks the carrier to text or ring %s'],
      ),
      shown('Neither the service’s own number nor the person’s is a rescuer’s', [
        'tests/smoke/numbers-never-contacted.test.ts',
        'B48, C72: our own number, and the person’s own, are no rescuers',
      ]),
    ],
    residual: 'Operators’ pager numbers and supporters’ numbers are as right as who typed them.',
  },
  {
    id: 'H16',
    hazard: 'A message or a lock screen tells others that somebody uses drugs',
    cause: 'Content, caller’s name, voicemail, text read aloud on a landline',
    effect: 'Violence, eviction, loss of work or of children, arrest',
    severity: 'catastrophic',
    likelihood: { before: 'high', after: 'low' },
    controls: [
      shown(
        'No text names drugs, the service or a person, in an organisation’s own words either',
        ['tests/smoke/one-long-evening.test.ts', 'H14, H16: no text names drugs, the service or a promise'],
        [
          'tests/smoke/an-organisations-own-words.test.ts',
          'what carries meaning stays, and what may never be sent is refused',
        ],
      ),
      shown('A voicemail box hears nothing', [
        'tests/smoke/an-alert-by-call.test.ts',
        'C50, H16: a voicemail box is told nothing and claims nothing; they are rung once more, the ladder goes on',
      ]),
      shown('Landlines, which read texts aloud, are refused', [
        'tests/smoke/numbers-never-contacted.test.ts',
        'B45–B47, C70, P13: emergency, short, premium, foreign and landline numbers are refused and never asked of the carrier',
      ]),
      shown(
        'Name, icon, title and notifications say nothing of what the app is for',
        ['services/web/src/built-files.test.ts', 'neither title, icon name nor manifest says what the app is for'],
        [
          'tests/smoke/prompts-are-pushed-to-the-browser.test.ts',
          'a browser that said where it is is reminded twice, in neutral words, urgently and not for long',
        ],
        [
          'tests/e2e/support-hard-moments.test.ts',
          'a colleague sees who cannot; refused notifications are said, allowed ones betray nothing; a plan for another browser is brought here',
        ],
      ),
      shown(
        'One press leaves the page, with nothing behind',
        [
          'tests/e2e/ten-points.test.ts',
          'point 8 (%s): left without a trace; a rescuer goes without a word; "forget this phone" leaves nothing here or there',
        ],
        ['tests/e2e/rescue-alert.test.ts', 'one press leaves the page with nothing behind'],
      ),
      reviewed(
        'The wording hides enough from a partner who reads it',
        officer,
        'Let people who live with that risk read every text.',
      ),
      shown('The carrier’s copies of an alert’s texts are deleted after its close', [
        'tests/smoke/what-is-open-is-never-cleared-away.test.ts',
        'the carrier keeps its copies of an alert’s texts while it is open; once it is closed they are deleted there',
      ]),
    ],
    residual:
      'A rescuer’s phone keeps its texts, with the address where the plan says so. "SAFETY ALERT" itself makes people ask.',
  },
  {
    id: 'H17',
    hazard: 'A breach, a court, an insider or a log tells who uses drugs, of many at once',
    cause: 'What is stored, and who can read it',
    effect: 'As H16, for everybody',
    severity: 'catastrophic',
    likelihood: { before: 'medium', after: 'low' },
    controls: [
      shown(
        'The database holds nothing that can be read without the worker’s keys',
        [
          'tests/smoke/what-a-thief-of-the-database-has.test.ts',
          'a dump holds no line of a plan, no number, no name and no word, in any spelling',
        ],
        [
          'tests/smoke/what-a-thief-of-the-database-has.test.ts',
          "with the api's and the gateway's environments beside the dump, nothing opens; with the worker's, all of it does",
        ],
      ),
      shown(
        'The keys lie with the workers alone',
        [
          'tests/smoke/keys-lie-with-the-worker-alone.test.ts',
          'P12: %s holds no key, in its environment, its command or its open files',
        ],
        [
          'tests/architecture/compose.test.ts',
          'a key that opens plans or matches numbers is handed to the workers alone (P12)',
        ],
        ['packages/config/src/config.test.ts', 'no process but the worker starts with a key in its environment (P12)'],
      ),
      shown(
        'Nothing of a person stands in a log, in Redis, in an unsealed column or in an address',
        [
          'tests/smoke/one-long-evening.test.ts',
          'C78, P11, T9: nothing of it stands in a log, in Redis, in an unsealed column or in a callback’s address',
        ],
        [
          'packages/observability/src/logger.test.ts',
          'never prints %s, whichever field, error or event it was put into',
        ],
      ),
      shown(
        'Nobody reads or changes what is another organisation’s, not even with a service’s password',
        ['tests/smoke/who-may-do-what.test.ts', "another organisation's is not there: %s"],
        [
          'tests/smoke/what-a-thief-of-a-services-password-has.test.ts',
          'what is sealed to the worker, and what a token is compared with, cannot be read by whoever faces the internet',
        ],
        [
          'tests/architecture/database-roles.test.ts',
          'every table, column and verb is granted as it is written down, and every row is kept apart by organisation',
        ],
      ),
      shown(
        'What is over is deleted in time',
        [
          'tests/smoke/nothing-of-a-person-stays.test.ts',
          'a session without an alert is gone 24 hours after its end, by the worker itself, and a count stays',
        ],
        [
          'tests/smoke/nothing-of-a-person-stays.test.ts',
          'after thirteen months a dump of the database holds nothing of the person, and the tombstone of their alert',
        ],
      ),
      shown(
        'Outside an alert two people open a plan, and the person is told of every opening',
        [
          'tests/smoke/two-people-open-a-plan.test.ts',
          'two operators open it: the asking browser alone reads it, for a quarter of an hour; the person and the audit are told',
        ],
        [
          'tests/smoke/two-people-open-a-plan.test.ts',
          'a row that says "confirmed" opens nothing: the worker believes signatures alone',
        ],
        [
          'tests/smoke/what-is-recorded-of-an-alert.test.ts',
          'C44, C80: a claim and a text after the close reopen nothing; the receipt shows who was told, said and opened what',
        ],
      ),
      shown(
        'A phone seals only to a key that its pages vouch for',
        [
          'services/web/src/shared/server/disclosure-key.test.ts',
          'any other key of the api is refused, also under the id of ours',
        ],
        ['tests/e2e/coercion.test.ts', 'a key that the pages do not vouch for is never sealed to'],
      ),
      shown('Reports hide small numbers', [
        'tests/smoke/reports-hide-small-numbers.test.ts',
        'of a few alerts a week says nothing',
      ]),
      reviewed(
        'What is processed, why, and on what ground',
        deployer,
        'Write the DPIA and the privacy notice; both belong to who runs the service.',
      ),
      notThere(
        'The worker checks that a start was signed by the device, and that a brief’s key is backed by a passkey (P12)',
        2,
        'An api that somebody has taken over can forge a start, wait, and have the plan sealed to a key of its own.',
      ),
    ],
    residual:
      'Who has the worker’s host and its keys can open everything. Carriers know which numbers were texted, and when.',
  },
  {
    id: 'H18',
    hazard: 'Many false alerts at once',
    cause: 'A restored backup, a migration, a clock that jumped',
    effect: 'Many rescuers alarmed for nothing, and nobody believes the next one',
    severity: 'major',
    likelihood: { before: 'low', after: 'very low' },
    controls: [
      shown(
        'After a restore what is long overdue is listed and held for a minute; a plain restart holds nothing',
        [
          'tests/smoke/a-restored-backup.test.ts',
          'F54: after a restore what is minutes overdue fires at once, what is long overdue is listed, held a minute, and fires',
        ],
        [
          'tests/smoke/a-restored-backup.test.ts',
          'what was restored is what there was, and a plain restart of it holds nothing',
        ],
      ),
      shown('A step of the database’s clock is taken back', [
        'packages/timers/src/clock-watch.test.ts',
        'F38: a step of %s ms is seen at the next look and undone',
      ]),
      shown('A migration under open alerts changes nothing of them', [
        'tests/smoke/a-migration-while-alerts-are-open.test.ts',
        'C20: columns and indexes are added under an open alert, and its texts go out at their instants',
      ]),
      shown('Alerts that are months old close by rule, and nobody is texted', [
        'tests/smoke/nobody-closed-it-for-days.test.ts',
        'every worker was away for two months and one comes back: nobody is texted or paged, and the journal says it',
      ]),
      notShown(
        'Unusually many alerts in a minute page an operator at once, and hold nothing',
        2,
        'The rule `ManyAlertsAtOnce` rings above ten, where there is a Prometheus; no test raises so many and waits for it. The pager says how many are open only after a minute in which nobody took them.',
      ),
    ],
    residual:
      'A session whose deadline passed long ago while every worker was away still alerts when they return: silence is believed.',
  },
  {
    id: 'H20',
    hazard: 'A rescuer is hurt or arrested',
    cause: 'An unsafe place, a violent partner, police who attend',
    effect: 'Injury; fewer people who come',
    severity: 'major',
    likelihood: { before: 'medium', after: 'low' },
    controls: [
      shown(
        'Whoever cannot go says so, or leaves for good, at any time, and another is told',
        ['tests/smoke/rescuer-answers.test.ts', 'C47: %s tells the next rescuer at once'],
        ['tests/smoke/stop-in-an-alert.test.ts', 'X5: 9 in an alert leaves at once, and the next rescuer is told'],
      ),
      shown(
        'Guidance and the script for 999 hold no word that draws police without need',
        [
          'services/web/src/shared/guidance/guidance.test.ts',
          `words that draw police, blame or promise are not in it (\${file.language})`,
        ],
        [
          'services/web/src/support/guide/guide.test.ts',
          `words that draw police, blame or promise are not in it (\${file.language})`,
        ],
      ),
      reviewed(
        'The guidance tells rescuers to look round first, and when not to go in',
        officer,
        'Read it with people who have been rescuers; it says "is it safe for you to go in?" and little more.',
      ),
      notThere(
        'The person can say who is not to be sent ("do not send …")',
        2,
        'A plan has no such field, and no ladder heeds one; free text in the notes is all there is.',
      ),
    ],
    residual: 'Nobody can promise a rescuer a safe house, nor that police stay away.',
  },
  {
    id: 'H21',
    hazard: 'A violent partner, or police, use the service to find or control somebody',
    cause: 'Forced enrolment, a false rescuer',
    effect: 'Violence',
    severity: 'catastrophic',
    likelihood: { before: 'medium', after: 'low' },
    controls: [
      shown(
        'A rescuer sees nothing outside an alert, and does not learn that they were removed',
        [
          'tests/smoke/link-answers-only-by-its-button.test.ts',
          'B55: without the proof there is no such link, and no telling which',
        ],
        [
          'tests/smoke/link-answers-only-by-its-button.test.ts',
          'C51: previews and visits change nothing; the button does, once, and brings the brief',
        ],
        ['tests/smoke/consent-by-text.test.ts', 'a removal is silent, and an old reply does not undo it'],
      ),
      shown(
        'A quiet call for help looks like an end',
        [
          'tests/smoke/quiet-help-looks-like-an-end.test.ts',
          'after quiet help while $while the device is told what it would be told after an end',
        ],
        [
          'tests/smoke/quiet-help-looks-like-an-end.test.ts',
          'under duress the own phone is as silent, and as deaf, as after an end',
        ],
        ['tests/e2e/coercion.test.ts', 'the duress PIN looks like an end, and people are told'],
      ),
      shown('The person sees who was told and who opened what', [
        'tests/smoke/what-is-recorded-of-an-alert.test.ts',
        'C44, C80: a claim and a text after the close reopen nothing; the receipt shows who was told, said and opened what',
      ]),
      shown(
        'Plans lie behind a PIN, and one press leaves the page',
        [
          'tests/e2e/kept-on-this-phone.test.ts',
          'who picks the phone up after a while is asked for the PIN; a running timer never is',
        ],
        [
          'tests/e2e/ten-points.test.ts',
          'point 8 (%s): left without a trace; a rescuer goes without a word; "forget this phone" leaves nothing here or there',
        ],
      ),
      shown(
        'Nobody is pestered with invitations, and a rescuer who is called out again and again may leave',
        [
          'tests/smoke/consent-by-text.test.ts',
          'X1: a phone has one unanswered invitation in seven days, whoever asks',
        ],
        ['tests/smoke/stop-in-an-alert.test.ts', 'X5: 9 in an alert leaves at once, and the next rescuer is told'],
      ),
      shown(
        'A rescuer’s "safe" from afar, and anybody’s about a supporter’s alert, is a report and closes nothing',
        ['tests/smoke/rescuer-answers.test.ts', '5 without 4 is a report: the alert stays with whoever has it'],
        [
          'tests/smoke/whose-alert-it-is-to-close.test.ts',
          'what a supporter has is closed by them or by who answers for the service; anybody else’s "safe" is a report to them',
        ],
      ),
      reviewed(
        'The whole is looked at with people who know coercion',
        officer,
        'Ask a domestic abuse service to read plan, texts and screens.',
      ),
      notThere(
        'A plan may ask for two people before an alert is closed (X8)',
        1,
        'Where no supporter owns the alert, one rescuer who texts 4 and then 5 closes it for everybody, whoever they are to the person.',
      ),
    ],
    residual: 'Somebody who holds the phone, knows the PIN and is the only rescuer can do what the person can.',
  },
  {
    id: 'H22',
    hazard: 'Advice on naloxone or first aid is wrong or out of date',
    cause: 'Content',
    effect: 'Harm',
    severity: 'major',
    likelihood: { before: 'low', after: 'very low' },
    controls: [
      shown(
        'Every step has its source and a day to be read again, and both languages say the same',
        [
          'services/web/src/shared/guidance/guidance.test.ts',
          `every step has a sentence, a picture, a source and a day to be read again (\${file.language})`,
        ],
        [
          'services/web/src/shared/guidance/guidance.test.ts',
          'both languages say the same: as many lines, the same numbers, the same sources',
        ],
      ),
      shown(
        'Nothing is shown as approved that nobody signed by name, or whose day has passed',
        [
          'services/web/src/shared/guidance/approval.test.ts',
          'a signature is for one text: of a changed one, another document or past its day nobody has signed',
        ],
        [
          'tests/smoke/guidance-is-signed-by-name.test.ts',
          'a signature falls when it is taken back, when its day has passed, and when who signed has left',
        ],
      ),
      shown(
        'The dose clock never asks before its time',
        [
          'services/web/src/rescue/alert/noted.test.ts',
          'the clock never asks for a dose before its time, and asks from then on',
        ],
        [
          'tests/e2e/rescue-alert.test.ts',
          'the dose clock waits two minutes, then asks for the next dose; a tap by mistake is taken back',
        ],
      ),
      reviewed(
        'The advice is right',
        'a clinician with the fitting registration',
        'Read and sign each text in the console. Nobody has.',
      ),
    ],
    residual: 'Unsigned advice is shown, marked as not approved, because none would be worse.',
  },
  {
    id: 'H23',
    hazard: 'A limit, or a firewall for the web, blocks a check-in or a start',
    cause: 'Many phones share one address; a burst',
    effect: 'A false alarm, or nobody watches',
    severity: 'major',
    likelihood: { before: 'medium', after: 'very low' },
    controls: [
      shown('What safety hangs on is never limited by address', [
        'services/api/src/routes.test.ts',
        'a start, a sign of life, help, an end and a claim are never limited and never wait',
      ]),
      shown(
        'A limiter that is broken lets everybody in',
        [
          'services/api/src/trouble.test.ts',
          'an address over its limit is told when to come back; a broken limiter lets everybody in',
        ],
        ['packages/signals/tests/signals.test.ts', 'a limit lets people through when Redis is gone'],
      ),
      shown('A socket that floods is slowed, and check-ins in the flood still count', [
        'services/gateway/src/gateway.test.ts',
        'B39: over 20 frames a second is slow_down, then 4429; check-ins among them still count',
      ]),
      reviewed(
        'Nothing in front of the service limits these routes',
        deployer,
        'Look at the firewall, the CDN and the host’s own limits.',
      ),
      notShown(
        'Thousands of phones that reconnect in one second are all let in (F43)',
        2,
        'No test opens thousands of sockets at once; `npm run faults -- --only F9 --full` has 2,000 come back, by hand.',
      ),
    ],
    residual: 'A real flood from outside fills the line before our rules are asked.',
  },
  {
    id: 'H24',
    hazard: 'A second overdose after the rescue',
    cause: 'Naloxone wears off sooner than the drug',
    effect: 'Death',
    severity: 'catastrophic',
    likelihood: { before: 'medium', after: 'low' },
    controls: [
      shown(
        'After naloxone a watch of two hours follows by itself, asks every twenty minutes, and its silence alerts',
        [
          'tests/smoke/what-is-recorded-of-an-alert.test.ts',
          'H24: after naloxone the watch goes on: the rescuer who was there is asked to stay, the person is prompted, silence alerts',
        ],
        [
          'packages/domain/src/session/post-rescue.test.ts',
          'a watch after a rescue asks every twenty minutes and ends with the first press after two hours',
        ],
        [
          'packages/domain/src/session/post-rescue.test.ts',
          'it never ends by the clock: silence past its end is silence',
        ],
      ),
      shown('It is on the person’s screen, and a phone that knows nothing of it finds it', [
        'tests/e2e/ten-points.test.ts',
        'point 6 (%s): after naloxone the watch that follows is on the screen, and is found by a phone that knows nothing of it',
      ]),
      reviewed(
        'Two hours at twenty minutes are right for what is used here',
        officer,
        'Judge it against long-acting opioids and nitazenes.',
      ),
    ],
    residual: 'It begins only where somebody records naloxone at the all-clear, and the person may end it.',
  },
  {
    id: 'H25',
    hazard: 'The supporter’s console stands still and shows what was',
    cause: 'A lost socket, a cached page',
    effect: 'An alert is missed there',
    severity: 'catastrophic',
    likelihood: { before: 'medium', after: 'low' },
    controls: [
      shown(
        'A dead line is said within 5 s, aloud, and alerts still come by HTTPS',
        [
          'services/web/src/support/line/line.test.ts',
          'a socket that fell silent is said within five seconds, whatever it says of itself',
        ],
        [
          'tests/e2e/support-line.test.ts',
          'a dead socket is said and heard; an alert still takes the window, and is claimed over HTTPS',
        ],
      ),
      shown('Phones are texted and rung whatever the console shows', [
        'tests/e2e/support-gateway-killed.test.ts',
        'the gateway is killed: the page says so aloud and goes on; an alert that nobody takes there climbs without it',
      ]),
      shown('Every change reaches the socket, without Redis too', [
        'tests/smoke/supporters-are-told-live.test.ts',
        'H25, P11: a supporter’s socket shows every change as it happens, and nothing of the plan (without Redis: $noRedis)',
      ]),
      shown('A sign-in that ends in the middle of an alert is said before, and loud', [
        'tests/e2e/support-hard-moments.test.ts',
        'a sign-in that ends in the middle of an alert is said before, is loud, and is renewed over the open plan',
      ]),
    ],
    residual: 'A laptop that sleeps is silent; the ladder does not wait for it.',
  },
  {
    id: 'H26',
    hazard: 'Whoever is on shift is asleep or away',
    cause: 'People',
    effect: 'An alert is missed',
    severity: 'catastrophic',
    likelihood: { before: 'medium', after: 'low' },
    controls: [
      shown(
        'What nobody takes widens after a minute to everybody, by text and then by call',
        [
          'tests/smoke/the-ladder-widens-on-time.test.ts',
          'C21: an alert nobody takes moves from the supporter to the rescuer at the delay of the ladder, not before',
        ],
        [
          'packages/domain/src/alert/ladder.test.ts',
          'by default voice and every phone are in it before 999 is the loudest thing on the console',
        ],
      ),
      shown('Whoever took it and records nothing loses it', [
        'tests/smoke/a-silent-owner-loses-the-alert.test.ts',
        'C46: a supporter who records nothing for 120 s loses the alert, and everyone is told AGAIN',
      ]),
      shown('Each step asks who is on shift at that moment', [
        'tests/smoke/who-is-on-shift-when-a-step-starts.test.ts',
        'C31: one goes off shift between two steps and another comes on: the step tells who is there when it starts',
      ]),
      shown('With nobody to tell, the pager hears it at once', [
        'tests/smoke/alerts-in-hard-places.test.ts',
        'C26: with nobody to tell, the pager hears it at once, the console shows it, and whoever is on shift there may take it',
      ]),
      shown(
        'Who has not come is flagged, and too few on shift is told',
        [
          'tests/smoke/the-rota-says-who-is-missing.test.ts',
          'being in the rota puts nobody on shift, and who has not come after ten minutes is flagged',
        ],
        [
          'tests/smoke/the-rota-says-who-is-missing.test.ts',
          'a floor that is missed is told once for as long as it lasts, and a handover of a minute is not told at all',
        ],
      ),
      shown('A rescue takes whoever had it off the queue', [
        'tests/smoke/what-supporters-take-back-and-owe.test.ts',
        'a rescue takes whoever had it off the queue at the all-clear, log or no log, until they say so',
      ]),
      notThere(
        'Somebody on shift who has not been seen for long is asked, and no longer counted as here',
        2,
        'On shift is what somebody said hours ago: a closed laptop and a forgotten "on shift" still make the screens say "Someone is here now", and let a start count on them.',
      ),
    ],
    residual: 'Supporters first and all of them asleep: the rescuers hear a minute later.',
  },
  {
    id: 'H27',
    hazard: 'Two alerts are mixed up and the wrong plan is shown',
    cause: 'A swapped ciphertext, a cache, a code',
    effect: 'Help at the wrong address',
    severity: 'catastrophic',
    likelihood: { before: 'low', after: 'very low' },
    controls: [
      shown(
        'What is sealed opens only in its own place',
        [
          'packages/sealing/src/sealing.test.ts',
          'a plan does not open as another version, as another plan, or as another kind',
        ],
        ['packages/sealing/src/sealing.test.ts', 'briefs, inbound texts and words open only where they belong'],
        [
          'tests/smoke/swapped-ciphertexts.test.ts',
          "another's plan in this person's row opens for nobody: the alert goes out without it and the operator is paged",
        ],
        [
          'tests/smoke/swapped-ciphertexts.test.ts',
          "another's number in this rescuer's row is dialled by nobody: the next rescuer is told at once",
        ],
      ),
      shown(
        'Alerts on one phone have codes of their own, and a bare digit is asked which it means',
        [
          'tests/smoke/codes-on-one-phone.test.ts',
          'C32, C40: codes open on one phone differ, a bare digit asks which, and none is used again for 24 h',
        ],
        [
          'tests/smoke/two-alerts-on-one-phone.test.ts',
          'two alerts on one phone have codes of their own, and a bare digit is asked which it means',
        ],
        [
          'tests/smoke/a-supporter-who-comes-on-shift.test.ts',
          'C31: who comes on shift hears of an alert under a code that their phone does not have for another',
        ],
      ),
      reviewed(
        'Supporters read the address back, with its code',
        deployer,
        'Train it; hold drills with two alerts at once.',
      ),
    ],
    residual: 'A tired human reads one address and types another.',
  },
  {
    id: 'H28',
    hazard: 'Somebody cannot use the service, or cannot read it',
    cause: 'Screens, language, an old phone',
    effect: 'They cannot check in',
    severity: 'major',
    likelihood: { before: 'medium', after: 'low' },
    controls: [
      shown(
        'Every screen of person and rescuer passes axe, fits 320 px and twice the text, and goes by keyboard',
        [
          'tests/e2e/every-state.test.ts',
          'point 9 (%s): every state is reachable, fits with large text and from right to left, can stand still, and speaks one language',
        ],
        ['tests/e2e/rescue-for-everybody.test.ts', `everybody can read and press every screen (\${language})`],
        [
          'tests/e2e/rescue-for-everybody.test.ts',
          'the keyboard alone goes the whole way, and a screen reader hears each new screen begin',
        ],
      ),
      shown('The control that matters is a third of the smallest screen', [
        'tests/e2e/large-text.test.ts',
        'a timer opens at its top, and its control is a third of the screen',
      ]),
      shown(
        'Everything is said in English and in Welsh, on the own phone too',
        [
          'services/web/src/shared/words/words.test.ts',
          `\${entry} says everything in \${language}, with the same values`,
        ],
        [
          'tests/smoke/own-phone-rehearsal.test.ts',
          'who reads Welsh in the app is spoken to in Welsh on their own phone: the test, the start, the prompt and its call',
        ],
      ),
      shown('A check-in needs no app: the text 0 is one', [
        'tests/smoke/the-own-phone-speaks-for-the-person.test.ts',
        '0 is a check-in',
      ]),
      reviewed(
        'It is understood: reading age, Welsh, screen readers, old Android',
        deployer,
        'No first-language reader has read the Welsh; no screen reader or old phone was tried.',
      ),
      shown('A rescuer is texted in the language that the person says they read', [
        'tests/smoke/rescuer-answers.test.ts',
        'a rescuer who reads Welsh is asked, told and thanked in Welsh',
      ]),
    ],
    residual: 'Languages other than English and Welsh; people who cannot read.',
  },
  {
    id: 'H29',
    hazard: 'An update breaks a session that runs',
    cause: 'A schema or a protocol that does not fit',
    effect: 'As H1 and H3',
    severity: 'catastrophic',
    likelihood: { before: 'medium', after: 'very low' },
    controls: [
      shown('An upgrade and its rollback under load lose, hasten and double no alert', [
        'tests/faults/first-faults.test.ts',
        '$id: $what',
        'F48',
      ]),
      shown(
        'Migrations only add, and a former release that comes back changes nothing',
        [
          'tests/smoke/a-migration-while-alerts-are-open.test.ts',
          'C20: columns and indexes are added under an open alert, and its texts go out at their instants',
        ],
        [
          'packages/persistence/tests/migrate.test.ts',
          "a release that comes back to a later one's database changes nothing, not even its grants",
        ],
      ),
      shown('Workers are replaced in the middle of a ladder without a step lost or repeated', [
        'tests/smoke/a-worker-that-stops-in-mid-ladder.test.ts',
        'C17: workers that are replaced one after the other in the middle of a ladder neither lose nor repeat a step',
      ]),
    ],
    residual: 'Releases that lie further apart than one were not tried.',
  },
  {
    id: 'H30',
    hazard: 'The countdown is too long for the drug',
    cause: 'The person’s choice; fentanyls and nitazenes act within minutes',
    effect: 'Help comes too late although everything worked',
    severity: 'catastrophic',
    likelihood: { before: 'high', after: 'medium' },
    controls: [
      shown(
        'No countdown is longer than two hours, no gap of a rhythm longer than thirty minutes',
        [
          'tests/smoke/ten-extensions-leave-one-deadline.test.ts',
          'B24: what would lead past two hours ahead, or past the 12 h of a session, is refused and changes nothing',
        ],
        ['packages/domain/src/check-rhythm.test.ts', 'a rhythm of %o is %s', '[[120, 1_801], '],
      ),
      shown('Tapping early or often never leads to a longer gap, and "using again" goes back to short ones', [
        'tests/smoke/using-again-starts-the-rhythm-anew.test.ts',
        'tapping early or often never skips ahead in the rhythm; using again goes back to its beginning',
      ]),
      shown('The screen says what each rhythm means before one is chosen', [
        'tests/e2e/ten-points.test.ts',
        'point 3 (%s): two taps for who comes back; else one glance, a rhythm with what it means, who keeps watch, a test of sound',
      ]),
      reviewed(
        'Default and bounds are right for what is used here',
        officer,
        'Set rhythms in the console by clinical judgement: what stands there is a proposal.',
      ),
      notThere(
        'A supporter can keep company by talk, text or silence, which sees trouble sooner than any timer',
        2,
        'A supporter sees the session’s card and may raise it; company itself is not built.',
      ),
    ],
    residual:
      'With the shortest rhythm minutes pass before anybody is told: for some drugs that is too long. No timer replaces a person in the room.',
  },
  {
    id: 'H31',
    hazard: 'A false sign of life',
    cause: 'A pocket, a pet, another hand, an auto-reply, a call screener, an old or forged message',
    effect: 'No alert',
    severity: 'catastrophic',
    likelihood: { before: 'medium', after: 'low' },
    controls: [
      shown(
        'Only a deliberate digit counts, by text and on a call',
        ['tests/smoke/the-own-phone-speaks-for-the-person.test.ts', 'an auto-reply keeps nobody alive'],
        [
          'tests/smoke/the-own-phone-speaks-for-the-person.test.ts',
          '0 pressed on the call is a check-in; a wrong key says the menu again',
        ],
        [
          'packages/domain/src/replies/parse-reply.test.ts',
          'a text with any other word never claims, ends, or is a sign of life',
        ],
      ),
      shown(
        'An end needs the code of the session, or two touches at two places',
        [
          'tests/smoke/the-own-phone-speaks-for-the-person.test.ts',
          '3 with the code of the start text ends; without it, or with another, the watch goes on',
        ],
        [
          'tests/e2e/session-controls.test.ts',
          'an end takes two touches at two places, by finger and by keyboard; one alone changes nothing',
        ],
      ),
      shown(
        'An old press moves nothing, however it was held up',
        [
          'tests/smoke/an-old-press-moves-nothing.test.ts',
          'F40: a press from before the silence does not stop the prompts; one from within them does',
        ],
        [
          'tests/smoke/an-old-press-moves-nothing.test.ts',
          'H31: a frame that a dying connection held back counts from the press it names, not from when it arrived',
        ],
      ),
      shown(
        'Nobody else’s phone speaks for the person',
        [
          'tests/smoke/the-own-phone-speaks-for-the-person.test.ts',
          'digits from a phone that no session names as its own do nothing and are not answered',
        ],
        [
          'tests/smoke/numbers-never-contacted.test.ts',
          'H31: a rescuer’s phone does not become the person’s own: their 0 would be a sign of life',
        ],
      ),
      shown('What does not come from the carrier is not heard', [
        'tests/smoke/webhook-signatures.test.ts',
        'C63: a text without a signature, or with a wrong one, is refused',
      ]),
      notThere(
        'Unusually many ends or check-ins at once page an operator (X19)',
        2,
        'Whoever took over the api could end every session without a sound; nothing counts ends.',
      ),
    ],
    residual:
      'A hand that presses for somebody who lies beside it; a caller’s number that was forged past the carrier.',
  },
  {
    id: 'H32',
    hazard: 'The right message in the wrong world',
    cause: 'A trial or a simulator where real people are, another organisation’s number',
    effect: 'No help comes',
    severity: 'catastrophic',
    likelihood: { before: 'medium', after: 'very low' },
    controls: [
      shown(
        'Live does not start with the simulator, nor without carrier, keys, pager and outside switch',
        ['packages/config/src/config.test.ts', 'with the simulator'],
        ['packages/config/src/config.test.ts', 'without %s', "'OPERATOR_PAGER_NUMBER',"],
        [
          'infra/local/stack.test.ts',
          'refuses a pace on a real carrier, half an account and live mode before anything is made',
        ],
      ),
      shown('Live is allowed only after the alarm path was walked through its own carrier', [
        'tests/smoke/going-live-needs-a-walk.test.ts',
        'live starts after a walk through its own carrier, and only within a week of it',
      ]),
      shown('Worker, api and gateway ask for that walk when they start', [
        'tests/smoke/going-live-needs-a-walk.test.ts',
        '%s asks for that walk when it starts',
      ]),
      shown(
        'A trial says so on the running timer, and a test says TEST in every text',
        [
          'tests/e2e/first-glance.test.ts',
          `on \${width} × \${height} the two taps of a returning person need no scrolling, nor does a running timer`,
        ],
        [
          'tests/smoke/the-alarm-path-is-proved.test.ts',
          'what does not come back in its time is a miss: it closes, and pages by a text and a call',
        ],
      ),
      shown('A text to a number that is not this service’s does nothing', [
        'tests/smoke/inbound-oddities.test.ts',
        'a text to a number that is not ours is passed over',
      ]),
      notThere(
        'A second installation on the same database does not start (F55)',
        2,
        'The database has an id for its installation; no process compares it with anything.',
      ),
    ],
    residual: 'A live service with settings of another live service of the same owner.',
  },
  {
    id: 'H33',
    hazard: 'Texts go out, and answers do not come in',
    cause: 'The webhook, DNS, a setting of signatures',
    effect: 'Claims are lost; people who go are not known, and STOP is not heard',
    severity: 'major',
    likelihood: { before: 'medium', after: 'low' },
    controls: [
      shown(
        'An api whose callbacks would be refused does not start',
        [
          'tests/smoke/behind-a-proxy.test.ts',
          'C64: an api whose callbacks would be refused does not start, and says why',
        ],
        ['tests/smoke/webhook-signatures.test.ts', 'C63: both tokens are good while one replaces the other'],
      ),
      shown(
        'The test of the alarm path is proved only by an answer; a miss pages by text and call',
        [
          'tests/smoke/the-alarm-path-is-proved.test.ts',
          'a drill goes through the whole path to the handset and back by its reply, measured at each hop',
        ],
        [
          'tests/smoke/the-alarm-path-is-proved.test.ts',
          'what does not come back in its time is a miss: it closes, and pages by a text and a call',
        ],
      ),
      shown('An answer is taken in time while everything else hangs', [
        'tests/smoke/webhooks-wait-for-nobody.test.ts',
        'C65: a text is taken in 200 ms while the carrier hangs on everything we send',
      ]),
      shown(
        'An alert can be claimed by link and by call as well',
        [
          'tests/smoke/link-answers-only-by-its-button.test.ts',
          'C51: previews and visits change nothing; the button does, once, and brings the brief',
        ],
        [
          'tests/smoke/an-alert-by-call.test.ts',
          'C49, B67: a rescuer claims with 1 on a call; a wrong key says the menu again, and silence claims nothing',
        ],
      ),
      shown('What came in while no webhook got through is read from the carrier’s list, once', [
        'tests/smoke/behind-a-proxy.test.ts',
        'H33: what a rescuer answered while no webhook came through is found in the carrier’s list, and counts once',
      ]),
    ],
    residual: 'Between two tests of the alarm path a dead way in is seen only by alerts that nobody seems to answer.',
  },
]

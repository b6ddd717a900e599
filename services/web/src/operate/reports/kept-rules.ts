/** Every rule of retention, by what the service calls what it keeps. A new one is shown in the service's words. */
export const keptRules = [
  'sessions-without-an-alert',
  'alerts-all-that-was-said-and-shown-in-them-and-their-sessions',
  'plans-that-nobody-used',
  'plans-of-a-service-that-closed-for-good',
  'plans-of-a-phone-that-was-forgotten-while-help-was-on-its-way',
  'deleted-plans-and-their-rescuers',
  'rescuers-who-were-removed',
  'texts-that-belong-to-no-session-and-no-alert',
  'answers-to-commands',
  'ids-of-texts-that-came-in',
  'challenges-of-passkeys',
  'credentials-that-expired',
  'invitations-of-supporters-and-operators',
  'heartbeats-of-processes-that-ended',
  'keys-of-processes-that-ended',
  'journal-lines-of-plans-consent-shifts-and-staff',
  'what-people-said-of-the-service',
  'who-changed-which-setting',
  'what-tests-of-the-alarm-path-showed',
  'incidents-that-are-closed',
  'how-many-rows-the-sweep-found-by-minute',
  'single-dates-of-the-rota',
  'swaps-of-shifts',
  'holes-in-staffing',
  'phones-that-nothing-names-any-more-and-that-did-not-say-stop',
  'devices-of-a-service-that-closed-for-good',
  'devices-without-a-plan-a-year-after-the-last',
] as const

/** "sessions without an alert" → `sessions-without-an-alert` */
export const asKey = (what: string): string => (what.toLowerCase().match(/[a-z]+/g) ?? []).join('-')

/** Bounds of what an operator or a person may choose, in nominal seconds. Source: the product's rules and Lifeguard, Brave, NUA practice. */
export const bounds = {
  countdown: { minSeconds: 60, maxSeconds: 7_200 },
  /** The longest gap of a rhythm. */
  gapSeconds: 1_800,
  sessionSeconds: 12 * 3_600,
  /** The most intervals a rhythm lists. */
  rhythmIntervals: 100,
  prompting: { minSeconds: 30, maxSeconds: 120, firstWithinSeconds: 10, lastChanceSeconds: 10 },
  /** An operator's ladder. P6: the first message is with the carrier within seconds; by default all are told at +60 s. */
  ladder: { mostSteps: 20, firstTextSeconds: 30, everyoneSeconds: 300, lastStepSeconds: 1_800 },
  duty: { minSeconds: 60, maxSeconds: 300 },
  /** An alert that nobody closed is closed by rule after one to seven days: real time, never divided by the pace. */
  abandonAfter: { minSeconds: 24 * 3_600, maxSeconds: 7 * 24 * 3_600 },
  /** How long ago a press may claim to have been: real seconds, never divided by the pace. */
  pressedSecondsAgo: 43_200,
} as const

/** Default lengths, in nominal seconds. */
export const defaults = {
  supporterDutySeconds: 120,
  rescuerDutySeconds: 300,
  unconfirmedRequestSeconds: 120,
  /** P8: a text without `delivered` after this long counts as not delivered. */
  withoutDeliveredSeconds: 30,
  /** A supporter's raise: ten seconds of "Opening your plan in 10". */
  raiseSeconds: 10,
  /** After naloxone: it wears off in 20–30 min, so every 20 min for two hours. */
  postRescue: { everySeconds: 1_200, lastsSeconds: 7_200 },
  /** Between two pushes of the ladder by hand: a second press is the same push. */
  escalateOnceSeconds: 10,
  linkLifeSeconds: 12 * 3_600,
  /** C86. Real time, like the next. */
  abandonAfterSeconds: 72 * 3_600,
  /** The operator is paged this long before. */
  abandonWarningSeconds: 3_600,
  /** Past the 12 h of a session a press buys a minute at a time: it ends in prompts, never in silence. */
  pastLimitSeconds: 60,
} as const

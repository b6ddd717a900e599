/** What a hazard is, and the three ways in which a control may be evidenced. */

/** How bad it is at worst, in the words of DCB0129. */
type Severity = 'catastrophic' | 'major' | 'considerable' | 'significant'
type Likelihood = 'very high' | 'high' | 'medium' | 'low' | 'very low'

/**
 * A test that fails when the control is taken away, by its exact title in the source. `row`: of a table of tests, the row
 * that is meant, as it is written in the file.
 */
export interface CitedTest {
  file: string
  test: string
  row?: string
}

/** 1: one plausible fault and somebody may die. 2: needs a second fault, or weakens a control. 3: comfort and scale. */
export type Urgency = 1 | 2 | 3

type Evidence =
  /** Automated: `npm test` is red without the control. */
  | { shownBy: 'test'; tests: readonly CitedTest[] }
  /** No test can show it, or none that runs by itself: a person looks. */
  | { shownBy: 'review'; by: string; how: string }
  /** Nobody has shown it. `notThere`: no code does it. `notShown`: code does it, and no test fails without it. */
  | { shownBy: 'open'; open: 'notThere' | 'notShown'; urgency: Urgency; what: string }

export interface Control {
  control: string
  evidence: Evidence
}

export interface Hazard {
  id: `H${number}`
  hazard: string
  cause: string
  effect: string
  severity: Severity
  /** Without the controls, and with all of them: with what is open closed, too. Proposals. */
  likelihood: { before: Likelihood; after: Likelihood }
  controls: readonly Control[]
  /** What stays possible when every control holds. */
  residual: string
}

/** A control that tests show: each is a file, a title, and where the title is a table's the row. */
export const shown = (
  control: string,
  ...tests: readonly (readonly [file: string, test: string, row?: string])[]
): Control => ({
  control,
  evidence: {
    shownBy: 'test',
    tests: tests.map(([file, test, row]) => ({ file, test, ...(row === undefined ? {} : { row }) })),
  },
})

/** A control that a person has to look at. */
export const reviewed = (control: string, by: string, how: string): Control => ({
  control,
  evidence: { shownBy: 'review', by, how },
})

/** A control that the design names and no code has. */
export const notThere = (control: string, urgency: Urgency, what: string): Control => ({
  control,
  evidence: { shownBy: 'open', open: 'notThere', urgency, what },
})

/** A control that code has and no test would miss. */
export const notShown = (control: string, urgency: Urgency, what: string): Control => ({
  control,
  evidence: { shownBy: 'open', open: 'notShown', urgency, what },
})

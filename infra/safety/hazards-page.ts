import type { Control, Hazard } from './hazard.ts'
import { hazards } from './hazards.ts'

/** HAZARDS.md: the hazard log for people, from `hazards.ts`. A test fails when the file is another. */
export function writeHazardsPage(): string {
  return `${[head(), risks(), openControls(), ...hazards.map(section)].join('\n\n')}\n`
}

const controls = hazards.flatMap((hazard) => hazard.controls.map((control) => ({ hazard, control })))
const by = (kind: Control['evidence']['shownBy']) =>
  controls.filter(({ control }) => control.evidence.shownBy === kind).length

const head = () => `# Hazard log (draft)

Made from \`hazards.ts\` by \`node infra/safety/write-hazards-page.ts\`; do not edit.

**Nobody has signed this.** Severities and likelihoods are proposals of those who built the service, in the shape of DCB0129; a
clinical safety officer judges, changes and signs them. "After" is the likelihood once every control holds, those that
are open among them: until then it is a hope. H19 was never given.

${hazards.length} hazards, ${controls.length} controls: ${by('test')} shown by tests, ${by('review')} for a person to look at,
${by('open')} **open**.`

const risks = () =>
  table([
    ['id', 'hazard', 'severity', 'likelihood', 'shown', 'to review', 'open'],
    ...hazards.map((one) => {
      const of = (kind: Control['evidence']['shownBy']) =>
        String(one.controls.filter(({ evidence }) => evidence.shownBy === kind).length || '')
      const { before, after } = one.likelihood
      const link = `[${one.id}](#${anchor(one)})`
      return [link, one.hazard, one.severity, `${before} → ${after}`, of('test'), of('review'), of('open')]
    }),
  ])

/** As the formatter writes it: every column as wide as its widest cell. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => [...(row[column] ?? '')].length)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.slice(1).map(line)].join('\n')
}

const urgencies = {
  1: 'One plausible fault, and somebody may die',
  2: 'A second fault is needed, or a control is weaker than it says',
  3: 'Fewer people are served well',
} as const

function openControls(): string {
  const parts = ([1, 2, 3] as const).map((urgency) => {
    const lines = controls.flatMap(({ hazard, control: { control, evidence } }) =>
      evidence.shownBy === 'open' && evidence.urgency === urgency
        ? [`- **${hazard.id}: ${control}.** ${say(evidence.open)}: ${evidence.what}`]
        : [],
    )
    return lines.length === 0 ? [] : [`### ${urgency}. ${urgencies[urgency]}`, lines.join('\n')]
  })
  return ['## What is open', ...parts.flat()].join('\n\n')
}

const say = (open: 'notThere' | 'notShown') => (open === 'notThere' ? 'Not there' : 'There, and shown by no test')

const section = (one: Hazard) => `## ${one.id}. ${one.hazard}

**Cause.** ${one.cause}. **Effect.** ${one.effect}. **Severity.** ${one.severity}. **Likelihood.** ${one.likelihood.before} → ${one.likelihood.after}.

${one.controls.map(({ control, evidence }) => `- ${control}\n${evidenceOf(evidence)}`).join('\n')}

**What remains.** ${one.residual}`

function evidenceOf(evidence: Control['evidence']): string {
  if (evidence.shownBy === 'review') return `  - review by ${evidence.by}: ${evidence.how}`
  if (evidence.shownBy === 'open') return `  - **OPEN (${evidence.urgency}).** ${say(evidence.open)}: ${evidence.what}`
  return evidence.tests
    .map(({ file, test, row }) => `  - [${titleOf(test)}](../../${file})${row === undefined ? '' : `, row \`${row}\``}`)
    .join('\n')
}

/** A title that is read as Markdown must stay a title. */
const titleOf = (test: string) => test.replaceAll(/[\\[\]<>*_`]/g, (sign) => `\\${sign}`)
/** As GitHub makes it of the heading. */
const anchor = ({ id, hazard }: Hazard) =>
  `${id}. ${hazard}`
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

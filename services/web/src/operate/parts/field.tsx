import { useId } from 'preact/hooks'

interface Given {
  label: string
  why?: string
  value: string
  onInput: (value: string) => void
  isRequired?: boolean
  isReadOnly?: boolean
  longest?: number
  lines?: number
  /** Tells the browser what it is: of the service, never of whoever sits here. */
  kind?: 'text' | 'tel' | 'number' | 'time' | 'date'
  least?: number
  most?: number
  wrong?: string | undefined
}

/** One question: its label, why it is asked, and the place for the answer. */
export function Field(of: Given) {
  const id = useId()
  const what = {
    id,
    value: of.value,
    required: of.isRequired ?? false,
    readOnly: of.isReadOnly ?? false,
    maxLength: of.longest,
    autocomplete: 'off',
    'aria-describedby': of.why || of.wrong ? `${id}-why` : undefined,
    'aria-invalid': of.wrong ? ('true' as const) : undefined,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      of.onInput(currentTarget.value),
  }
  return (
    <div class="field">
      <label for={id}>{of.label}</label>
      {(of.why || of.wrong) && (
        <span class="why" id={`${id}-why`}>
          {of.wrong && <strong class="wrong">{of.wrong} </strong>}
          {of.why}
        </span>
      )}
      {of.lines ? (
        <textarea {...what} rows={of.lines} />
      ) : of.kind === 'number' ? (
        <input {...what} type="number" inputMode="numeric" step={1} min={of.least} max={of.most} />
      ) : of.kind === 'time' || of.kind === 'date' ? (
        <input {...what} type={of.kind} />
      ) : (
        <input {...what} type="text" inputMode={of.kind === 'tel' ? 'tel' : 'text'} />
      )}
    </div>
  )
}

/** One of a few words. */
export function Choice<T extends string>(of: {
  label: string
  value: T
  options: readonly (readonly [T, string])[]
  onChange: (value: T) => void
  isOff?: boolean
  /** Named for a screen reader alone: the column says it to everybody else. */
  isQuiet?: boolean
}) {
  const id = useId()
  return (
    <div class="field">
      <label for={id} class={of.isQuiet ? 'heard-only' : ''}>
        {of.label}
      </label>
      <select
        id={id}
        disabled={of.isOff ?? false}
        value={of.value}
        onChange={({ currentTarget }) => of.onChange(currentTarget.value as T)}
      >
        {of.options.map(([value, label]) => (
          <option key={value} value={value} selected={value === of.value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  )
}

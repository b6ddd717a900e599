import { type PeopleAndPhones, preparePerson } from './prepare-person.ts'

type Wanted = NonNullable<Parameters<typeof preparePerson>[1]>

/**
 * A person who fell silent: prepared as by `preparePerson`, the session over its deadline and its prompts, the alert
 * raised. The two texts to the first rescuer are taken; what comes afterwards is the test's.
 * @param wanted.before runs when all have agreed and before the session starts: how phones are to behave
 */
export async function raiseAlert(
  stack: PeopleAndPhones & { advanceTo(at: string): Promise<void> },
  wanted: Wanted & { before?: (prepared: Awaited<ReturnType<typeof preparePerson>>) => unknown } = {},
): Promise<Awaited<ReturnType<typeof preparePerson>> & { code: string; alertAt: string; linkText: string }> {
  const { before, ...people } = wanted
  const prepared = await preparePerson(stack, people)
  await before?.(prepared)
  const { alertAt } = await prepared.person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  const { match } = await prepared.rescuer.expectText(/^SAFETY ALERT (\d{4})/)
  const code = match[1] ?? ''
  const { body } = await prepared.rescuer.expectText(new RegExp(`^${code} (?:What to do now|Address)`))
  return { ...prepared, code, alertAt, linkText: body }
}

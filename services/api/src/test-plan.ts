/** The JSON of the plan that tests of the alarm path disclose: whoever reads it knows that nobody lives there. */
export const testPlan = (rescuerId: string): string =>
  JSON.stringify({
    version: 1,
    label: 'TEST',
    address: 'TEST. No one lives here and no one needs help.',
    textAddress: false,
    rescuers: [{ id: rescuerId, name: 'TEST' }],
  })

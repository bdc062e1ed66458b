/** What came of a run, in words, by the names of the contract's outcomes. */
const words = new Map([
  ['sent', 'Reminder sent'],
  ['alreadySent', 'Reminder sent before'],
  ['alreadyConfirmed', 'Confirmed in time'],
  ['expired', 'Registration lapsed'],
  ['gone', 'Customer is gone'],
  ['superseded', 'Registered again'],
  ['withdrawn', 'Withdrew'],
  ['undeliverable', 'Undeliverable'],
  ['withheld', 'Withheld after a restore'],
  ['postponed', 'Postponed'],
  ['kept', 'Kept'],
])

/** An outcome of another machine keeps its name. */
export const outcomeWords = (outcome: string): string => words.get(outcome) ?? outcome

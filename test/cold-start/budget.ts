/** What cold starts may cost: it is kept in budget.json, and renewed by `npm run cold-start -- --update`. */
export interface Budget {
  /** Of the unpacked bundle of each function, in bytes. */
  bytes: Record<string, number>
  /** By Node's major version and row: instructions, as a ratio to an empty handler. */
  instructions: Record<string, Record<string, number>>
}

/** The same, measured. Without valgrind there are no instructions. */
export interface Measured {
  bytes: Record<string, number>
  node: number
  instructions?: Record<string, number>
}

/** What a check found, in sentences. */
export interface Verdict {
  /** Each is a reason to fail. */
  faults: string[]
  /** What is worth knowing, and no reason to fail. */
  notes: string[]
}

/** So much a cost may grow, or shrink, before the budget must be renewed. More than a count of instructions ever varies. */
export const tolerance = 0.03

/** Compares what was measured with the budget. */
export function check(budget: Budget, { bytes, node, instructions }: Measured): Verdict {
  const sizes = compare('bytes', budget.bytes, bytes, (value) => `${Math.round(value)} bytes`)
  const budgeted = budget.instructions[node]
  const unchecked = !budgeted
    ? `the budget has none for Node ${node}. Add them with --update.`
    : 'there is no valgrind here.'
  if (!budgeted || !instructions) {
    return { ...sizes, notes: [...sizes.notes, `Instructions are not checked: ${unchecked}`] }
  }
  const costs = compare('instructions', budgeted, instructions, (value) => `${value.toFixed(3)} empty handlers`)
  return { faults: [...sizes.faults, ...costs.faults], notes: [...sizes.notes, ...costs.notes] }
}

function compare(
  what: keyof Budget,
  budgeted: Record<string, number>,
  measured: Record<string, number>,
  print: (value: number) => string,
): Verdict {
  const names = [...new Set([...Object.keys(budgeted), ...Object.keys(measured)])]
  const verdict: Verdict = { faults: [], notes: [] }
  for (const name of names) {
    const [before, now] = [budgeted[name], measured[name]]
    if (before === undefined) verdict.faults.push(`${name} has no budget of ${what}. Add it with --update.`)
    else if (now === undefined) verdict.faults.push(`${name} has a budget of ${what}, and is not there. Use --update.`)
    else {
      const change = now / before - 1
      const sentence = `${name}: ${print(now)}, and its budget is ${print(before)}`
      const percent = `${Math.abs(change * 100).toFixed(1)} %`
      if (change > tolerance) verdict.faults.push(`${sentence}: ${percent} more ${what}.`)
      else if (change < -tolerance) verdict.notes.push(`${sentence}: ${percent} fewer ${what}. Keep it with --update.`)
    }
  }
  return verdict
}

/** The budget with what was measured in its place. Other versions of Node keep theirs. */
export function updated(budget: Budget, { bytes, node, instructions }: Measured): Budget {
  const rounded = Object.entries(instructions ?? {}).map(([name, ratio]) => [name, Number(ratio.toFixed(3))])
  return {
    bytes,
    instructions: { ...budget.instructions, ...(instructions && { [node]: Object.fromEntries(rounded) }) },
  }
}

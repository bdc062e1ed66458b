/** An action that is taken out of the policies of a role. */
export interface Withheld {
  /** The name of the role. */
  role: string
  /** As the policy writes it. */
  action: string
  /** The index of the only policy of the role from which it is taken; left out: from all of them. */
  policy?: number | undefined
  /** The index of the only statement from which it is taken; left out: from all of them. */
  statement?: number | undefined
}

interface Statement {
  Effect?: string
  Action?: string | string[]
}

/** The policies of a role as they would be if their grants did not name these actions. Policies and statements keep their places. */
export function without(policies: readonly string[], missing: readonly Omit<Withheld, 'role'>[]): string[] {
  if (missing.length === 0) return [...policies]
  return policies.map((text, policy) => {
    const document = JSON.parse(text) as { Statement: Statement | Statement[] }
    const Statement = [document.Statement].flat().map((written, statement) => {
      if (written.Effect !== 'Allow' || written.Action === undefined) return written
      const taken = missing.filter((one) => isAt(one.policy, policy) && isAt(one.statement, statement))
      const isTaken = (action: string) => taken.some((one) => one.action === action)
      return { ...written, Action: [written.Action].flat().map((one) => (isTaken(one) ? noAction : one)) }
    })
    return JSON.stringify({ ...document, Statement })
  })
}

/** Whether a grant of the policies names an action in these letters, in this place. */
export function grants(policies: readonly string[], withheld: Omit<Withheld, 'role'>): boolean {
  return without(policies, [withheld]).some((policy) => policy.includes(`"${noAction}"`))
}

// In the place of an action that is taken out: a statement must have one.
const noAction = 'withheld:NoAction'

const isAt = (wanted: number | undefined, index: number) => wanted === undefined || wanted === index

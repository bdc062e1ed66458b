/**
 * The only expressions that a stack may contain: an attribute of a resource or of a data source, also of each element of a
 * set (`.*`), and a variable. No function, because functions read files and the environment; no operator, because infra
 * needs none.
 */
const reference =
  /(?<![$%])\$\{(?:(?:data\.)?aws_[a-z0-9_]+\.[\w-]+(?:\.[a-z_][a-z0-9_]*|\.\*|\[\d+\])+|var\.[a-z_][a-z0-9_]*)\}/g

/**
 * The first expression of a string of Terraform's JSON that is not allowed. Escapes such as `$${` are not allowed
 * either: infra has none, and nobody then has to know how Terraform reads `$$${`.
 */
function refusedPart(text: string): string | undefined {
  // What replaces a reference must not form another expression with what surrounds it.
  const rest = text.replace(reference, '\0')
  const start = rest.search(/[$%]\{/)
  return start < 0 ? undefined : rest.slice(start)
}

/**
 * Finds the expressions that a stack must not contain, in its strings and in the names of its members: Terraform
 * evaluates both.
 * @returns a sentence for each string that contains one
 */
export function refusedExpressions(value: unknown, path: string): string[] {
  if (typeof value === 'string') return refusal(value, path)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [
    ...refusal(name, path ? `${path}, in the name of a member` : 'The name of a member'),
    ...refusedExpressions(member, path ? `${path}.${name}` : name),
  ])
}

function refusal(text: string, path: string): string[] {
  const part = refusedPart(text)
  if (part === undefined) return []
  const shown = part.length > 60 ? `${part.slice(0, 60)}…` : part
  return [
    `${plain(path)} contains ${JSON.stringify(shown)}: only references such as \${aws_sns_topic.name.arn} are allowed.`,
  ]
}

/** A path on one line: it contains names that the stack gives. */
const plain = (path: string) => (/^[\w.[\], /-]+$/.test(path) ? path : JSON.stringify(path))

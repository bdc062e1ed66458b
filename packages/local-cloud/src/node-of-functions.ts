/**
 * Says that functions run on another Node here than on AWS, and how to run them on the same. Undefined if they do not.
 * @param runtimes of the functions, as Terraform names them: `nodejs24.x`
 * @param here the version of this machine's Node
 */
export function nodeOfFunctions(runtimes: readonly string[], here = process.versions.node): string | undefined {
  const others = [...new Set(runtimes)].filter((runtime) => majorOf(runtime) !== majorOf(here))
  if (others.length === 0) return undefined
  const versions = others.map(majorOf)
  const [newest] = [...versions].sort((a, b) => b - a)
  return `Functions run on Node ${here} here, on AWS on Node ${versions.join(' and ')}. To use that here: npx -y -p node@${newest} npm start`
}

/** `24` of `nodejs24.x`, and of `24.11.0`. */
const majorOf = (version: string) => Number(/\d+/.exec(version)?.[0])

import type { Route } from '../../core/stack-model.ts'

/** The route that API Gateway would take: the method's own before `ANY`, a path's before `$default`. */
export function routeFor(routes: readonly Route[], method: string, pathname: string): Route | undefined {
  const keys = [`${method} ${pathname}`, `ANY ${pathname}`, '$default']
  return keys.map((wanted) => routes.find(({ key }) => key === wanted)).find(Boolean)
}

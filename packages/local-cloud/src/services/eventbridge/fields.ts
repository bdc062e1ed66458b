/** A value of an event. */
export type Leaf = string | number | boolean | null

/** The elements of lists that hold a field: the number of the element by the number of its list. */
export type Places = ReadonlyMap<number, number>

/** A value of an event, and the lists around it. */
export interface Field {
  leaf: Leaf
  places: Places
}

const nowhere: Places = new Map()

/** What is read of an object of an event: the members that lead to a wanted field. */
export interface Wanted {
  /** The number of the wanted field, if its name ends here. */
  field?: number
  /** By the name of the member, which may hold points. */
  members: [string, Wanted][]
}

/**
 * How to read the fields of these full names, such as `detail.state.status`; each has the number of its place. Each name is
 * found however its parts are joined: `{"detail": {"state.status": …}}`.
 */
export function wantedOf(names: readonly string[]): Wanted {
  const root: Wanted = { members: [] }
  const byBeginning = new Map<string, Wanted>()
  names.forEach((name, field) => {
    // The whole event, and each beginning of the name that ends before a point, may hold what follows.
    const holders: [string, Wanted][] = [['', root]]
    for (const beginning of beginningsOf(name)) {
      const known = byBeginning.get(beginning)
      const wanted = known ?? { members: [] }
      if (!known) {
        byBeginning.set(beginning, wanted)
        for (const [prefix, holder] of holders) holder.members.push([beginning.slice(prefix.length), wanted])
      }
      holders.push([`${beginning}.`, wanted])
    }
    const last = byBeginning.get(name)
    if (last) last.field = field
  })
  return root
}

function* beginningsOf(name: string): Generator<string> {
  for (let at = name.indexOf('.'); at >= 0; at = name.indexOf('.', at + 1)) yield name.slice(0, at)
  yield name
}

/** The fields of an event that are wanted, by their numbers. A list of values gives one field for each. */
export function fieldsOf(event: unknown, wanted: Wanted): readonly (readonly Field[] | undefined)[] {
  const fields: Field[][] = []
  let lists = 0

  function read(part: unknown, here: Wanted, places: Places): void {
    if (Array.isArray(part)) {
      const list = lists++
      part.forEach((element, index) => {
        const isInside = typeof element === 'object' && element !== null
        read(element, here, isInside ? new Map(places).set(list, index) : places)
      })
    } else if (typeof part === 'object' && part !== null) {
      for (const [name, inner] of here.members) {
        if (Object.hasOwn(part, name)) read(part[name as keyof typeof part], inner, places)
      }
    } else if (here.field !== undefined) {
      const field = { leaf: part as Leaf, places }
      const found = fields[here.field]
      if (found) found.push(field)
      else fields[here.field] = [field]
    }
  }

  // An event is an object.
  if (!Array.isArray(event)) read(event, wanted, nowhere)
  return fields
}

/** Both places, unless they are different elements of one list. */
export function together(one: Places, other: Places): Places | undefined {
  if (other.size === 0) return one
  for (const [list, element] of other) if ((one.get(list) ?? element) !== element) return undefined
  return one.size === 0 ? other : new Map([...one, ...other])
}

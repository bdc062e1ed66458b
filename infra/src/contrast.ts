/** What WCAG 2.2 asks of text, criterion 1.4.3. */
export const leastContrast = 4.5

/** How bright a colour `#rrggbb` is, from 0 for black to 1 for white: the relative luminance of WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** The contrast of two colours `#rrggbb`, from 1 to 21, as WCAG 2.2 defines it. */
export function contrast(one: string, other: string): number {
  const [darker = 0, brighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (brighter + 0.05) / (darker + 0.05)
}

/** The brightest shade of a colour that contrasts enough with a brighter one: the colour itself, if it does. */
export function darkened(colour: string, against: string): string {
  for (let share = 100; share > 0; share--) {
    const parts = [1, 3, 5].map((start) =>
      Math.floor((Number.parseInt(colour.slice(start, start + 2), 16) * share) / 100),
    )
    const shade = `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
    if (contrast(shade, against) >= leastContrast) return shade
  }
  return '#000000'
}

/** The width of every picture, in its own units: narrow, so that its letters can be read on a phone too. */
export const width = 480

/** How many colours there are for series. */
export const colours = 3

// GitHub shows a picture as an image of its own: it follows the system's colours, not the page's.
const style = `
text{font:13px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328;paint-order:stroke;stroke:#fff;stroke-width:3px}
.title{font-size:15px;font-weight:600}.quiet{fill:#59636e}.grid{stroke:#d1d9e0}.back{fill:#fff}.limit{stroke:#cf222e;stroke-dasharray:5 4}.limits{fill:#cf222e}
.c0{fill:#0969da}.c1{fill:#bf8700}.c2{fill:#8250df}.l0{stroke:#0969da}.l1{stroke:#bf8700}.l2{stroke:#8250df}.line{fill:none;stroke-width:2.5;stroke-linejoin:round}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc;stroke:#0d1117}.quiet{fill:#9198a1}.grid{stroke:#3d444d}.back{fill:#0d1117}.limit{stroke:#ff7b72}.limits{fill:#ff7b72}
.c0{fill:#58a6ff}.c1{fill:#d29922}.c2{fill:#bc8cff}.l0{stroke:#58a6ff}.l1{stroke:#d29922}.l2{stroke:#bc8cff}}`

/** A picture as an SVG file. */
export function picture(title: string, height: number, content: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="640" height="${Math.round((640 * height) / width)}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    `<rect class="back" width="${width}" height="${height}" rx="6"/>`,
    text(title, 12, 24, 'title'),
    ...content,
    '</svg>',
    '',
  ].join('\n')
}

/** A text that begins, is centred or ends at a point. */
export function text(words: string, x: number, y: number, kind = '', anchor: 'start' | 'middle' | 'end' = 'start') {
  const to = anchor === 'start' ? '' : ` text-anchor="${anchor}"`
  return `<text x="${point(x)}" y="${point(y)}"${kind && ` class="${kind}"`}${to}>${escaped(words)}</text>`
}

export function line(kind: string, x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="${kind}" x1="${point(x1)}" y1="${point(y1)}" x2="${point(x2)}" y2="${point(y2)}"/>`
}

export function bar(kind: string, x: number, y: number, length: number, thickness: number): string {
  return `<rect class="${kind}" x="${point(x)}" y="${point(y)}" width="${point(Math.max(1, length))}" height="${thickness}"/>`
}

/** Coordinates to a tenth: the same on every machine, and a small file. */
export const point = (value: number) => String(Math.round(value * 10) / 10)

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

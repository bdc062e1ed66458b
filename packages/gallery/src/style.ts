/** The style of the gallery's own pages, in the colors of the console. The samples have theirs, inside their frames. */
export const style = `
:root { color-scheme: light dark; --paper: #f6f6f3; --card: #fff; --ink: #1b211e; --soft: #5c6660; --line: #dcdfd9; --accent: #17664a }
@media (prefers-color-scheme: dark) { :root { --paper: #121614; --card: #1a1f1c; --ink: #e4e9e5; --soft: #98a39c;
  --line: #2d3531; --accent: #6fcb9f } }
* { box-sizing: border-box }
body { max-width: 90rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.3 }
h2 { margin: 2.5rem 0 .5rem; font-size: 1.25rem }
h3 { margin: 0; font-size: 1rem }
p { margin: .25rem 0; color: var(--soft) }
a { color: var(--accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
section, h2 { scroll-margin-top: 1rem }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin-top: .75rem }
nav a { padding: .25rem 0 }
nav a[aria-current] { color: inherit; font-weight: 600; text-decoration: none }
article { margin: 1rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card) }
.shots { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0 }
figure { --scale: 1; margin: 0; max-width: 100% }
figcaption { color: var(--soft); font-size: .875rem }
.shot { width: calc(var(--width) * var(--scale)); height: calc(var(--height) * var(--scale)); overflow: hidden;
  border: 1px solid var(--line); border-radius: .5rem; box-sizing: content-box }
.phone { --width: 360px; --height: 960px }
.desktop { --width: 1280px; --height: 720px }
iframe { display: block; width: var(--width); height: var(--height); border: 0; background: Canvas;
  transform: scale(var(--scale)); transform-origin: 0 0 }
.light { color-scheme: light }
.dark { color-scheme: dark }
.overview .phone { --scale: .42 }
.overview .desktop { --scale: .33 }
dl { margin: 1rem 0 }
dl > div { display: grid; grid-template-columns: minmax(0, 14rem) minmax(0, 1fr); gap: 0 1rem; padding: .25rem 0;
  border-top: 1px solid var(--line) }
dt { color: var(--soft) }
dd { margin: 0 }
pre { margin: .5rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); white-space: pre-wrap }
summary { padding: .25rem 0; cursor: pointer }
@media (max-width: 84rem) { .desktop { --scale: .7 } }
@media (max-width: 60rem) { .desktop { --scale: .45 } }
@media (max-width: 40rem) {
  .phone { --scale: .9 }
  .desktop, .overview .desktop { --scale: .24 }
  .overview .phone { --scale: .4 }
  dl > div { grid-template-columns: minmax(0, 1fr) }
}
`

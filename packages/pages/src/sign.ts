/**
 * The script of the page that confirms: it waits for a person. The server refuses a form that leaves open how the answer
 * was given. So the script adds an empty field to the form, and fills it only after an event that the browser
 * marks as a person's (`isTrusted`), on a page that is visible. What a scanner's script clicks or submits leaves it empty. Time,
 * loading, focus and the event `scroll` are no sign: all of them happen without a person.
 *
 * - While the pointer rests, a browser itself sends a movement by nothing, and then one from a corner to the pointer:
 *   only two movements that end in different places come from the mouse.
 * - Tab and Escape, combinations and keys of the browser look for the button or leave the page: they are no sign.
 * - A press on the button becomes a click on it. If the stage requires the button, there is no status line, and no
 *   other event is listened to. Without JavaScript there is no such field, and the form is the button's.
 * - After the first sign the form says how, and the button keeps working, so that people can continue if the network fails.
 */
export const script = `
const form = document.forms[0]
const button = form.querySelector('button')
const status = document.getElementById('status')
const reading = /^(Enter|Home|End|PageUp|PageDown|ArrowUp|ArrowDown|ArrowLeft|ArrowRight)$/
const by = Object.assign(document.createElement('input'), { type: 'hidden', name: 'by' })
let place

function watch(type, wayOf) {
  addEventListener(type, (event) => {
    if (by.value || !event.isTrusted) return
    const way = wayOf(event)
    if (!way || (way !== 'button' && document.visibilityState !== 'visible')) return
    by.value = way
    // The click submits the form itself.
    if (way !== 'button') form.submit()
  }, { passive: true })
}

function isMoved({ screenX, screenY, movementX, movementY }) {
  if (!movementX && !movementY) return false
  const before = place
  place = [screenX, screenY]
  return before !== undefined && before.join() !== place.join()
}

function isSign({ key, ctrlKey, altKey, metaKey, repeat }) {
  return !ctrlKey && !altKey && !metaKey && !repeat && ([...key].length === 1 || reading.test(key))
}

const isForButton = ({ target, key }) => button.contains(target) && (!key || key === 'Enter' || key === ' ')

form.append(by)
watch('click', (event) => isForButton(event) && 'button')
if (status) {
  status.textContent = status.dataset.text
  watch('pointerdown', (event) =>
    event.button === 0 && !isForButton(event) && (event.pointerType === 'touch' ? 'touch' : 'pointer'))
  watch('pointermove', (event) => isMoved(event) && 'pointer')
  watch('keydown', (event) => isSign(event) && !isForButton(event) && 'key')
  watch('wheel', (event) => !event.ctrlKey && 'wheel')
}
`

/**
 * The script of a form with a proof of work: when somebody submits it, their browser gets a challenge of the API, derives keys until one
 * begins as the challenge says, and sends the solution along in a field of the form, in the format of altcha. Until the script runs the
 * button is disabled, and the status says why, because a form without a solution would get the usual response, and no mail would come.
 */
export const proofScript = `
const form = document.forms[0]
const button = form.querySelector('button')
const status = document.getElementById('status')
const proof = Object.assign(document.createElement('input'), { type: 'hidden', name: 'altcha' })

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16))
const hexOf = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')

async function prove() {
  const response = await fetch('registrations/challenge')
  if (!response.ok) throw new Error(response.status)
  const challenge = await response.json()
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters
  const password = new Uint8Array([...bytesOf(nonce), 0, 0, 0, 0])
  const last = new DataView(password.buffer, password.length - 4)
  const pbkdf2 = { name: 'PBKDF2', hash: 'SHA-256', salt: bytesOf(salt), iterations: cost }
  for (let counter = 0; ; counter++) {
    last.setUint32(0, counter)
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits'])
    const derivedKey = hexOf(await crypto.subtle.deriveBits(pbkdf2, key, keyLength * 8))
    if (derivedKey.startsWith(keyPrefix)) return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }))
  }
}

form.append(proof)
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  button.disabled = true
  status.textContent = status.dataset.proving
  try {
    proof.value = await prove()
    form.submit()
  } catch {
    status.textContent = status.dataset.failed
    button.disabled = false
  }
})
// Also when somebody comes back to the page.
addEventListener('pageshow', () => {
  button.disabled = false
  status.textContent = ''
})
`

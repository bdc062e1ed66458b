import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const documentation = readFileSync(join(__dirname, '../docs/embed.md'), 'utf8')
const [plain = '', withFetch = '', withProof = ''] = [...documentation.matchAll(/^```html\n([\s\S]*?)^```$/gm)].map(
  ([, form = '']) => form,
)
const forms = { plain, withFetch, withProof }

/**
 * A page with a form of docs/embed.md, copied as it stands there, but for the address of the API.
 * @param returnTo where the confirmation leads; empty: where the settings say
 */
export function pageWith(form: keyof typeof forms, apiUrl: string, returnTo = ''): string {
  const field = `<input name="returnTo" type="hidden" value="${returnTo}">`
  const own = forms[form].replaceAll('https://signup.example.com', apiUrl).replace('<button>', `${field}\n<button>`)
  return `<!doctype html><title>Ours</title>${own}`
}

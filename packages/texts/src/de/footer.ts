import type { FooterTexts } from '../shapes.ts'

export const footer: FooterTexts = {
  privacy: 'Datenschutz',
  support: 'Hilfe und Kontakt',
}

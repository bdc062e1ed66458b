import type { FooterTexts } from '../shapes.ts'

export const footer: FooterTexts = {
  privacy: 'Privacy policy',
  support: 'Help and contact',
}

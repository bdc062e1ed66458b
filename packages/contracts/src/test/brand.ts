import type { Brand } from '../brand.ts'

/** A brand with all that it may have but a logo. */
export const brand: Brand = {
  name: 'Example',
  accent: '#1f5fbf',
  postalAddress: 'Example Ltd, 1 Example Street, Dublin, Ireland',
  privacyUrl: 'https://www.example.com/privacy',
  supportUrl: 'https://www.example.com/support',
}

/** Brands whose values would break out of HTML, a style, a header or a sentence, if they could. */
export const hostileBrands: Brand[] = [
  {
    ...brand,
    name: `"><script>alert('1')</script>`,
    logo: "https://logo.example.com/l.png?a=1&b='%22",
    postalAddress: `</p></footer><img src=x onerror=alert(1)> & "Sons"`,
    privacyUrl: "https://www.example.com/p?a=1&b='x'",
  },
  { ...brand, name: '$& $1 $` {name} %s \\', postalAddress: '</style><style>*{display:none}' },
  { ...brand, name: 'مكتبة الشرق', postalAddress: 'شارع النيل 1، القاهرة' },
  { ...brand, name: '👩‍👩‍👧 Family & Co', postalAddress: '🏠 1' },
  { ...brand, name: '=?utf-8?B?QUJD?= =?utf-8?B?QUJD?=' },
  { ...brand, name: 'W'.repeat(60), postalAddress: 'M'.repeat(200) },
  {
    ...brand,
    name: 'Genossenschaft für gute Laune, Käse & „Spätzle“ Baden-Württem',
    postalAddress: `${'ß '.repeat(99)}ß`,
  },
]

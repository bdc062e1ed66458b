import { form, type Request } from './request.ts'

/**
 * Whether a mail program unsubscribes for its user (RFC 8058): it posts one field to the link itself, by either of the
 * two encodings of forms.
 */
export function isOneClick({ body, mediaType }: Request): boolean {
  const text = Buffer.from(body).toString('latin1')
  if (mediaType === form) return new URLSearchParams(text).get('List-Unsubscribe') === 'One-Click'
  return (
    mediaType === 'multipart/form-data' && /name="?List-Unsubscribe"?\s[\s\S]*?\r?\n\r?\nOne-Click\r?\n/i.test(text)
  )
}

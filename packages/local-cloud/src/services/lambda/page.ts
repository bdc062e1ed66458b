import { AwsError } from '../../core/aws-error.ts'

/** Lambda's own limit. */
const largestPage = 50

/** A page of a list. The marker is the number of items before it. */
export function page<T>(all: readonly T[], { Marker = '0', MaxItems }: { Marker?: string; MaxItems?: string }) {
  const start = Number(Marker)
  const size = Math.min(Number(MaxItems ?? largestPage), largestPage)
  if (!Number.isInteger(start) || start < 0 || !Number.isInteger(size) || size < 1) {
    throw new AwsError('InvalidParameterValueException', 'Marker or MaxItems is not valid.')
  }
  const next = start + size
  return { items: all.slice(start, next), NextMarker: next < all.length ? String(next) : undefined }
}

/** Stands in for `bowser` in bundles, which the SDK loads in browsers only. */
export function parse(): never {
  throw new Error('Bundles know no browsers: remove the stand-in for bowser from lean-sdk.ts.')
}
export default { parse }

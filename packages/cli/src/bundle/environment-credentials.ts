/**
 * Stands in for `@aws-sdk/credential-provider-node` in bundles. Lambda always gives credentials in the environment;
 * the SDK's search through profiles, containers and single sign-on would only be parsed at each cold start.
 */
export function defaultProvider() {
  return async () => {
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env
    if (!accessKeyId || !secretAccessKey) {
      throw new Error('No credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, as Lambda does.')
    }
    const sessionToken = process.env.AWS_SESSION_TOKEN
    return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
  }
}

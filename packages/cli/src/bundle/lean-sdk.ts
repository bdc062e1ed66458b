import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BuildOptions, Plugin } from 'esbuild'

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/**
 * Leaves out of a bundle what the AWS SDK loads and a Lambda function never uses. Each stand-in fails with a clear error if the
 * SDK comes to need what it replaces; `bundle.test.ts` calls every client through its bundle.
 */
export const leanSdk = {
  alias: {
    '@aws-sdk/credential-provider-node': here('./environment-credentials.ts'),
    // Only Timestream and old versions of DynamoDB's clients look for their endpoints.
    '@aws-sdk/endpoint-cache': here('./no-endpoint-cache.ts'),
    // Parses the user agents of browsers.
    bowser: here('./no-browser.ts'),
    '@smithy/core/event-streams': here('./no-event-streams.ts'),
  },
  // No body is a stream of the web. Only to ask whether one is, Node loads all of these streams: a sixth of its own start.
  define: { ReadableStream: 'undefined' },
} as const satisfies BuildOptions

/** What only a change of the SDK's own files leaves out. */
export const leanSdkFiles: Plugin = {
  name: 'lean SDK',
  setup({ onLoad }) {
    // A Lambda function has no ~/.aws, and what a laptop has there is not for functions.
    onLoad({ filter: /\/shared-ini-file-loader\/loadSharedConfigFiles\.js$/ }, () => ({
      contents: `export { CONFIG_PREFIX_SEPARATOR } from './constants'
        export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} })`,
    }))
    // Of all that npm knows of a client, requests name its version.
    onLoad({ filter: /\/@aws-sdk\/client-[^/]+\/package\.json$/ }, ({ path }) => ({
      contents: JSON.stringify({ version: JSON.parse(readFileSync(path, 'utf8')).version }),
      loader: 'json',
    }))
  },
}

/**
 * Hides the SDK's deprecation warning: Node 20 is the oldest version that it supports, and the warning does not help the user of a
 * command. The SDK reads this when the first client is created.
 */
export function hideNodeWarning(): void {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
}

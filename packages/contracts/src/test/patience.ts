interface Client {
  config: { maxAttempts: () => Promise<number>; requestHandler: unknown }
}

/** How often a client of AWS's SDK makes a call, and how long it waits each time, in milliseconds. */
export async function patienceOf({ config }: Client) {
  const { configProvider } = config.requestHandler as { configProvider: Promise<object> }
  return { attempts: await config.maxAttempts(), ...(await configProvider) }
}

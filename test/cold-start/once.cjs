// One cold start as Lambda has it: load the bundle, handle one event. Prints the answer and the processor time of the whole
// process until then. Plain JavaScript, so that nothing but the bundle is loaded.
const [, , bundle, event] = process.argv
const context = { awsRequestId: '00000000-0000-4000-8000-000000000000', getRemainingTimeInMillis: () => 10_000 }

require(bundle)
  .handler(JSON.parse(event), context)
  .then((answer) => {
    const { user, system } = process.cpuUsage()
    // On stderr, because handlers log to stdout.
    process.stderr.write(JSON.stringify({ answer, cpuMs: (user + system) / 1000 }), () => process.exit(0))
  })

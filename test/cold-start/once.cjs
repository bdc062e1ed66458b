// One cold start as Lambda has it: load the bundle, handle one event. Prints what it answered and the processor time that the
// whole process has taken by then. Plain JavaScript, so that nothing but the bundle is loaded.
const [, , bundle, event] = process.argv
const context = { awsRequestId: '00000000-0000-4000-8000-000000000000', getRemainingTimeInMillis: () => 10_000 }

require(bundle)
  .handler(JSON.parse(event), context)
  .then((answer) => {
    const { user, system } = process.cpuUsage()
    // Handlers log to stdout, so this goes where they do not.
    process.stderr.write(JSON.stringify({ answer, cpuMs: (user + system) / 1000 }), () => process.exit(0))
  })

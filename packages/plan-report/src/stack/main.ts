import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { ofProcess } from '../output.ts'
import { run } from './run.ts'

surviveLostOutput(2)

process.exitCode = run(process.argv.slice(2), ofProcess)

import { type Design, deployed } from './design.ts'
import { simulate } from './engine.ts'
import type { Findings } from './findings.ts'
import { noLimits } from './limits.ts'
import { assumedPeople } from './people.ts'
import { barChart, lineChart } from './plot/charts.ts'
import { dollars, figure, nameOf } from './words.ts'

const hour = 3_600
const short = (value: number) =>
  value >= 1e6 ? `${value / 1e6} M` : value >= 1_000 ? `${value / 1_000} k` : String(value)

/** The pictures of docs/scale.md, by their file names. */
export function picturesOf(findings: Findings): Record<string, string> {
  return {
    'open-executions.svg': openExecutions(findings),
    'herd.svg': herd(findings),
    'walls.svg': walls(findings),
    'cost.svg': cost(findings),
  }
}

function openExecutions({ limits }: Findings): string {
  const hours = 48
  const series = (name: string, rate: number, design: Design) => {
    const scenario = { seconds: hours * hour + 1, arrivals: () => rate, people: assumedPeople }
    const { open } = simulate({ ...scenario, design, limits: noLimits })
    const points = Array.from({ length: hours * 2 + 1 }, (_, n) => [n / 2, open[(n * hour) / 2] as number] as const)
    return { name, points }
  }
  return lineChart({
    title: 'Open executions',
    x: { label: 'hours since the first registration', most: hours, step: 12 },
    y: { label: 'open at once', most: 2_000_000, tick: short },
    series: [
      series('20 registrations a second, as deployed', 20, deployed),
      series('20 a second, where a confirmation ends the run', 20, { ...deployed, endsAtConfirmation: true }),
      series('10 a second, as deployed', 10, deployed),
    ],
    limit: { at: limits.open.limit, name: 'quota' },
  })
}

/** The herd at the rate at which retries cost most without failing. */
function herd({ herds }: Findings): string {
  const of = (when: string) => herds.find(({ herd }) => herd.when === when && herd.mailsPerSecond === 50)?.outcome
  const [asTheyCame, spread] = [of('asTheyCame'), of('spreadToRate')]
  const minutes = 240
  const points = (values: Float64Array, from: number) =>
    Array.from({ length: minutes / 2 }, (_, n) => {
      const begin = from + n * 120
      return [n * 2 + 1, values.subarray(begin, begin + 120).reduce((sum, each) => sum + each, 0) / 120] as const
    })
  if (!asTheyCame || !spread) throw new Error('The herd at 50 mails a second is not simulated.')
  return lineChart({
    title: 'Reminders a day after a burst, SES at 50 a second',
    x: { label: 'minutes since the first falls due', most: minutes, step: 60 },
    y: { label: 'a second', most: 10_000, tick: short, isLogarithmic: true },
    series: [
      { name: 'sent, as they fall due', points: points(asTheyCame.result.reminders, asTheyCame.begins) },
      { name: 'attempts that are refused meanwhile', points: points(asTheyCame.result.refusals, asTheyCame.begins) },
      {
        name: `sent, spread over ${spread.spreadSeconds / hour} hours: no attempt is refused`,
        points: points(spread.result.reminders, spread.begins),
      },
    ],
  })
}

function walls({ uses, limits }: Findings): string {
  return barChart({
    title: 'What each default limit carries',
    label: 'registrations a second, for days',
    bars: uses.map(({ wall, carries }) => ({
      name: nameOf(limits[wall]).replaceAll('`', ''),
      parts: [carries],
      value: figure(carries),
    })),
    axis: { least: 0.1, most: 100_000, tick: short },
  })
}

function cost({ designs }: Findings): string {
  return barChart({
    title: 'Cost of a million registrations',
    label: 'US dollars, list prices of eu-west-1',
    legend: ['waiting: Step Functions, Scheduler', 'SES: 1.5 mails each', 'everything else'],
    bars: designs
      .filter(({ option }) => option.copies === 1)
      .map(({ option, cost }) => ({
        name: option.name,
        parts: [cost.waiting, cost.mails, cost.others],
        value: dollars(cost.total),
      })),
    axis: { most: 300, tick: (value) => `$${value}` },
  })
}

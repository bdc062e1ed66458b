/** The stages that exist. Each lives in an AWS account of its own, so that one stage can never reach another's data. */
export const stages = ['dev', 'prod'] as const
export type Stage = (typeof stages)[number]

/**
 * The UUID namespace of each stage, in which an address names its customer (v5 of `<stage>.confirmation-reminder` in
 * the namespace DNS). It never changes: under another namespace every customer would be a stranger.
 */
export const customerNamespaces: Record<Stage, string> = {
  dev: '572294ed-e62d-5847-af9b-8a48fb757eee',
  prod: '56127aae-f4dc-5d40-bdaa-e3228bb59c55',
}

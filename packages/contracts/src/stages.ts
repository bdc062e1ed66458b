/** The stages that exist. Each lives in an AWS account of its own, so that one stage can never reach another's data. */
export const stages = ['dev', 'prod'] as const
export type Stage = (typeof stages)[number]

/** A state, in Amazon States Language. */
export interface State {
  Type: 'Wait' | 'Task' | 'Choice' | 'Succeed'
  [field: string]: unknown
}

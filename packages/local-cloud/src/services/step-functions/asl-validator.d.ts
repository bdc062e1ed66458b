declare module 'asl-validator' {
  /** Checks a definition against the schemas of the States Language. Changes the object that it is given. */
  export default function validate(definition: object): {
    isValid: boolean
    errors: { 'Error code': string; Message: string }[]
  }
}

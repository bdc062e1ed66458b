import { canBeAssumed } from './iam.ts'
import { arnOf, type ResourceTypes } from './resource-type.ts'

export const stepFunctions: ResourceTypes = {
  aws_sfn_state_machine: {
    computed: (machine, place) => {
      const arn = arnOf(place, 'states', `stateMachine:${machine.text('name')}`)
      return { id: arn, arn }
    },
    takes: ['name', 'type', 'role_arn', 'definition', 'logging_configuration', 'tracing_configuration'],
    unique: ['name'],
    add: (machine, model, stack) => {
      if ((machine.optionalText('type') ?? 'STANDARD') !== 'STANDARD') {
        machine.refuse(`is of type ${machine.text('type')}; the local cloud runs STANDARD only`)
      }
      const principals = ['states.amazonaws.com', `states.${stack.place.region}.amazonaws.com`]
      if (!canBeAssumed(machine, 'role_arn', principals, stack)) {
        const fault = `Neither the global service principal ${principals[0]}, nor the regional one is authorized to assume the provided role`
        machine.refuse(`would be refused by Step Functions: ${fault}`)
      }
      stack.checks.definition(machine.text('definition'), machine.address)
      const logging = machine.block('logging_configuration')
      model.stateMachines.push({
        name: machine.text('name'),
        arn: machine.text('arn'),
        roleArn: machine.text('role_arn'),
        type: 'STANDARD',
        definition: machine.text('definition'),
        tracing: machine.block('tracing_configuration')?.flag('enabled') ?? false,
        logging: logging && {
          level: logging.optionalText('level') ?? 'OFF',
          includeExecutionData: logging.flag('include_execution_data'),
          logGroupArn: logging.optionalText('log_destination') ?? '',
        },
      })
    },
  },
}

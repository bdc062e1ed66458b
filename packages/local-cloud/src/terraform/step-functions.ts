import { arnOf, type ResourceTypes } from './resource-type.ts'

export const stepFunctions: ResourceTypes = {
  aws_sfn_state_machine: {
    computed: (machine, place) => {
      const arn = arnOf(place, 'states', `stateMachine:${machine.text('name')}`)
      return { id: arn, arn }
    },
    add: (machine, model, { checks }) => {
      if ((machine.optionalText('type') ?? 'STANDARD') !== 'STANDARD') {
        machine.refuse(`is of type ${machine.text('type')}; the local cloud runs STANDARD only`)
      }
      checks.definition(machine.text('definition'), machine.address)
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

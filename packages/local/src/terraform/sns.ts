import { arnOf, type ResourceTypes } from './resource-type.ts'

export const sns: ResourceTypes = {
  aws_sns_topic: {
    computed: (topic, place) => {
      const arn = arnOf(place, 'sns', topic.text('name'))
      return { id: arn, arn }
    },
    refuses: ['fifo_topic'],
    add: (topic, system) => void system.topics.push({ name: topic.text('name'), arn: topic.text('arn') }),
  },
}

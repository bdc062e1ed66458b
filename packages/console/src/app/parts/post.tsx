import type { Post } from '../../api.ts'
import { Moment } from './moment.tsx'
import { Mrkdwn } from './mrkdwn.tsx'

/** A post in the Slack channel. */
export function PostCard({ post: { at, title, text, kind, dropped } }: { post: Post }) {
  const state = /→ (\w+)/.exec(text)?.[1]
  const tone = dropped ? 'dropped' : kind === 'custom' || state === 'ALARM' ? 'bad' : state === 'OK' ? 'good' : ''
  return (
    <article class={`post ${tone}`}>
      <h3>
        <Mrkdwn text={title || 'Dropped'} />
      </h3>
      <Moment at={at} />
      <p class="said">{dropped ? `Slack does not show it: ${dropped}` : <Mrkdwn text={text} />}</p>
    </article>
  )
}

import * as v from 'valibot'

/** What a reviewer writes, as a line of an approving review, with the full id of the commit. */
export const acceptingWords = 'danger-accepted'

// One review for each reviewer: the latest that approves, requests changes, or was dismissed.
const response = v.object({
  data: v.object({
    repository: v.object({
      pullRequest: v.object({
        author: v.nullable(v.object({ login: v.string() })),
        latestOpinionatedReviews: v.object({
          nodes: v.array(
            v.object({
              state: v.string(),
              body: v.string(),
              author: v.nullable(v.object({ __typename: v.string(), login: v.string() })),
              authorCanPushToRepository: v.boolean(),
              commit: v.nullable(v.object({ oid: v.string() })),
              lastEditedAt: v.nullable(v.string()),
            }),
          ),
        }),
      }),
    }),
  }),
})

/**
 * Who accepted the dangers of a commit. GitHub binds a review to the commit that it was given for, so that no push, closing
 * or reopening carries it to another one. The line names the commit too: a reviewer whose page was loaded before a push
 * cannot accept what they have not seen. An edited review does not count, because others may edit it.
 * @param json the answer of GitHub to `query.graphql`
 * @param commit the full id of the head commit
 * @returns the logins of people who may push to the repository, other than the author of the pull request
 * @throws Error if the answer is none to that query
 */
export function acceptedBy(json: string, commit: string): string[] {
  const { author, latestOpinionatedReviews } = v.parse(response, JSON.parse(json)).data.repository.pullRequest
  return latestOpinionatedReviews.nodes.flatMap((review) => {
    const reviewer = review.author
    const accepts =
      review.state === 'APPROVED' &&
      review.commit?.oid === commit &&
      review.lastEditedAt === null &&
      review.authorCanPushToRepository &&
      review.body.split(/\r?\n/).some((line) => line.trim() === `${acceptingWords} ${commit}`)
    return accepts && reviewer?.__typename === 'User' && reviewer.login !== author?.login ? [reviewer.login] : []
  })
}

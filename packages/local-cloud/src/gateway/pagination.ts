import { createHash } from 'node:crypto'
import { AwsError } from '../core/aws-error.ts'

/** Which list an action pages through: the name of the action, and all members of its input that change the list. */
export type List = readonly [action: string, ...filter: unknown[]]

const digestLength = 16

/**
 * The pages of a service's lists. A token is opaque to clients. It holds the position at which the list continues, and
 * a digest of the list and the position: a token that was changed, or belongs to another action or another filter, is
 * refused, as AWS refuses it.
 */
export class Pagination {
  /** `code` and `message` are what the service answers to a token that is not one of this list. */
  constructor(
    private readonly code: string,
    private readonly message: string,
  ) {}

  /** The token with which a list continues at a position, which may be an index or a key of the store. */
  tokenOf(list: List, position: string | number): string {
    const digest = createHash('sha256')
      .update(JSON.stringify([list, String(position)]))
      .digest('base64url')
      .slice(0, digestLength)
    return Buffer.from(`${digest}${position}`).toString('base64url')
  }

  /**
   * The position that a token stands for; undefined if there is no token, as for the first page.
   * @throws AwsError if the token is not one of this list
   */
  positionOf(list: List, token: string | undefined): string | undefined {
    if (token === undefined) return undefined
    const position = Buffer.from(token, 'base64url').toString().slice(digestLength)
    if (this.tokenOf(list, position) !== token) throw this.invalidToken()
    return position
  }

  /**
   * The index that a token stands for; 0 if there is no token.
   * @throws AwsError if the token is not one of this list
   */
  indexOf(list: List, token: string | undefined): number {
    const index = Number(this.positionOf(list, token) ?? 0)
    if (!Number.isSafeInteger(index) || index < 0) throw this.invalidToken()
    return index
  }

  /**
   * One page of all items of a list, and the token of the page that follows; undefined on the last page.
   * @throws AwsError if the token is not one of this list
   */
  page<T>(
    list: List,
    all: readonly T[],
    { size, token }: { size: number; token: string | undefined },
  ): { items: T[]; next: string | undefined } {
    const start = this.indexOf(list, token)
    const end = start + size
    return { items: all.slice(start, end), next: end < all.length ? this.tokenOf(list, end) : undefined }
  }

  private invalidToken(): AwsError {
    return new AwsError(this.code, this.message)
  }
}

import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Box } from '../../graph/arrange.ts'

/**
 * Scrolls an element sideways, once, so that a part of the picture in it is in its middle. After that it stays where people
 * leave it.
 * @param width of the picture, in pixels; the picture may be shown smaller
 */
export function useCentred<Element extends HTMLElement>(width: number, part: Box | undefined) {
  const scroller = useRef<Element>(null)
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element || !part) return
    element.scrollLeft = ((part.x + part.width / 2) / width) * element.scrollWidth - element.clientWidth / 2
  }, [width])
  return scroller
}

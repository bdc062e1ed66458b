import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/** The width of an element in pixels, for a picture that is drawn for it; undefined until it is known. */
export function useWidth<Element extends HTMLElement>() {
  const element = useRef<Element>(null)
  const [width, setWidth] = useState<number>()
  useLayoutEffect(() => {
    if (!element.current) return
    setWidth(element.current.clientWidth)
    const observer = new ResizeObserver(() => setWidth(element.current?.clientWidth))
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [])
  return { element, width }
}

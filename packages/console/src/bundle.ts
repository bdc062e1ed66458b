import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'

/** A file that the console's page loads. */
export interface Asset {
  /** Changes with its bytes, so that browsers may keep it for ever. */
  name: string
  body: Uint8Array
}

/** What the console's page loads. */
export interface ConsoleBundle {
  script: Asset
  style: Asset
}

/**
 * Bundles the page from its sources, which takes about 0.1 seconds. Nothing is loaded before that.
 * @throws Error that says what esbuild found, and where.
 */
export async function bundleConsole(): Promise<ConsoleBundle> {
  const { build, stop } = await import('esbuild')
  try {
    const { outputFiles } = await build({
      absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
      entryPoints: { console: 'app/main.tsx', style: 'app/style.css' },
      outdir: '.',
      bundle: true,
      write: false,
      minify: true,
      legalComments: 'none',
      logLevel: 'silent',
      format: 'esm',
      target: ['chrome109', 'firefox115', 'safari16'],
      jsx: 'automatic',
      jsxImportSource: 'preact',
    })
    const asset = (extension: string): Asset => {
      const body = outputFiles.find(({ path }) => path.endsWith(extension))?.contents ?? new Uint8Array()
      return { name: `${createHash('sha256').update(body).digest('hex').slice(0, 16)}${extension}`, body }
    }
    return { script: asset('.js'), style: asset('.css') }
  } finally {
    // Its process would stay as long as this one.
    await stop()
  }
}

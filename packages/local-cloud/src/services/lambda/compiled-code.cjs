// V8's compiled code of a function, kept on disk: compiling is most of what loading a bundle costs, and each environment
// of each local cloud of this checkout would do it again. Plain JavaScript, as bootstrap.cjs.
'use strict'

const { createHash } = require('node:crypto')
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const vm = require('node:vm')

// Less is compiled faster than it is read. And what V8 kept has forgotten how to import.
const isWorthIt = (source) => source.length >= 50_000 && !/\bimport\b/.test(source)
const [prefix] = Module.wrap('|').split('|')

/**
 * Loads a file as `require` does, and whatever it requires of its own folder, now or later, with the code that V8 compiled for an
 * earlier environment if the file is the same. Returns its exports, and a function that keeps what has been compiled until then.
 * - `kept`: where it is kept, a folder per function with one file for the first script that it loads, one for the second, and so on.
 */
exports.requireCompiled = (file, kept) => {
  const unkept = []
  let count = 0
  const compile = Module.prototype._compile
  Module.prototype._compile = function (source, name, ...more) {
    const isOwn = path.dirname(name) === path.dirname(file) && isWorthIt(source)
    const compiled = isOwn ? compiledScript(source, name, path.join(kept, `${count}.bin`)) : undefined
    if (!compiled) return compile.call(this, source, name, ...more)
    count += 1
    if (compiled.keep) unkept.push(compiled.keep)
    const run = compiled.script.runInThisContext()
    return run.call(this.exports, this.exports, Module.createRequire(name), this, name, path.dirname(name))
  }
  const keepAll = () => {
    for (const keep of unkept.splice(0)) keep()
  }
  return { loaded: require(file), keep: keepAll }
}

function compiledScript(source, file, kept) {
  // V8 itself compares no more than the length of the source, and its own version.
  const hash = createHash('sha256').update(source).digest()
  const cachedData = read(kept, hash)
  try {
    const script = new vm.Script(Module.wrap(source), {
      filename: file,
      columnOffset: -prefix.length,
      cachedData,
    })
    const isKept = cachedData && !script.cachedDataRejected
    return { script, keep: isKept ? undefined : () => write(kept, [hash, script.createCachedData()]) }
  } catch {
    // Node words the error.
    return undefined
  }
}

function read(kept, hash) {
  try {
    const bytes = fs.readFileSync(kept)
    return bytes.subarray(0, hash.length).equals(hash) ? bytes.subarray(hash.length) : undefined
  } catch {
    return undefined
  }
}

/** Renamed when it is complete, because environments write it at the same time. Without it only time is lost. */
function write(kept, parts) {
  const partial = `${kept}.${process.pid}`
  try {
    fs.mkdirSync(path.dirname(kept), { recursive: true })
    fs.writeFileSync(partial, Buffer.concat(parts))
    fs.renameSync(partial, kept)
  } catch {
    fs.rmSync(partial, { force: true })
  }
}

// What every npm script calls. Old syntax on purpose: a Node that is too old must still parse this file to say so.
const major = Number(process.versions.node.split('.')[0])
if (major < 18) {
  process.stderr.write(`Still Here needs Node 18 or newer to set itself up; this one is ${process.versions.node}.\n`)
  process.exit(1)
} else {
  import('./set-up.mjs').then((setUp) => setUp.run(process.argv.slice(2)))
}

#!/usr/bin/env node
// What the name `stillhere` runs. Node 24 reads the program as it is; an older one is told where ours is.
const major = Number(process.versions.node.split('.')[0])
if (major >= 24) {
  import('./main.ts')
} else {
  process.stderr.write('stillhere needs Node 24; in a clone, npm run stillhere -- … brings it.\n')
  process.exit(1)
}

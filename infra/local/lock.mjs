// Who a process is, and one at a time. Plain JavaScript: it runs before the dependencies are there.
import { execFileSync } from 'node:child_process'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'

/** A lock file without an owner in it is being written right now, unless it is older than this. */
const YOUNG_MS = 5_000

/**
 * When a process was born, as an opaque word; undefined when it is gone or a zombie.
 * A process id alone may be a stranger's by now; a process id with its birth is never another's.
 */
export function birthOf(pid) {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
  if (process.platform === 'linux') return birthFromProc(pid)
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: 'pipe',
      timeout: 2_000,
    })
    const [state, ...birth] = line.trim().split(/\s+/)
    return state === undefined || state.startsWith('Z') ? undefined : birth.join(' ')
  } catch {
    return undefined
  }
}

function birthFromProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name before the last bracket may hold anything; what follows are proc(5)'s fields from the third on.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`
  } catch {
    return undefined
  }
}

/** The id of a process's parent and the process's own short name; undefined when it is gone. */
export function parentOf(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
      const end = stat.lastIndexOf(')')
      return { parent: Number(stat.slice(end + 2).split(' ')[1]), name: stat.slice(stat.indexOf('(') + 1, end) }
    }
    const line = execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8', timeout: 2_000 })
    const [parent, ...name] = line.trim().split(/\s+/)
    return { parent: Number(parent), name: name.join(' ').replace(/^.*\//, '') }
  } catch {
    return undefined
  }
}

/** True while the process that was written down as `{ pid, birth }` is still the one that runs. */
export function isAlive(identity) {
  return identity.birth !== undefined && birthOf(identity.pid) === identity.birth
}

/**
 * Takes the lock file at `path`, also from an owner that has died. Answers `{ held: true, release }`, or
 * `{ held: false, owner }` while another living process has it.
 */
export function tryLock(path) {
  const mine = JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) })
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      writeFileSync(path, mine, { flag: 'wx', mode: 0o600 })
      return { held: true, release: () => rmSync(path, { force: true }) }
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const owner = ownerOf(path)
    if (owner === 'writing' || (owner !== undefined && isAlive(owner))) {
      return { held: false, owner: owner === 'writing' ? undefined : owner }
    }
    setAside(path)
  }
  return { held: false, owner: undefined }
}

function ownerOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    try {
      return Date.now() - statSync(path).mtimeMs < YOUNG_MS ? 'writing' : undefined
    } catch {
      return undefined
    }
  }
}

/** Of several that find the same dead owner only one renames its file; a living owner's file goes back at once. */
function setAside(path) {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return
    throw error
  }
  const owner = ownerOf(aside)
  if (owner !== undefined && (owner === 'writing' || isAlive(owner))) renameSync(aside, path)
  else rmSync(aside, { force: true })
}

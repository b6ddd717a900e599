import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { replaceSecretFile } from '../private-files.ts'

const given: { path: string; mode: number }[] = []
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  chownSync: (path: string) => given.push({ path, mode: statSync(path).mode & 0o777 }),
}))

test('a secret of another user is given away last: who has few capabilities changes no mode of a file that is not theirs', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'still-here-private-')), 'disclosure_keys')
  writeFileSync(path, 'former\n')
  chmodSync(path, 0o400)
  // As with Docker: root of the container, and the file is the worker's.
  vi.spyOn(process, 'getuid').mockReturnValue(2 ** 31)
  replaceSecretFile(path, 'next')
  expect(given).toEqual([{ path: `${path}.new`, mode: 0o400 }])
  expect(readFileSync(path, 'utf8')).toBe('next\n')
  expect(statSync(path).mode & 0o777).toBe(0o400)
})

import { test } from 'vitest'
import { photographEverything } from './photograph-everything.ts'

test('photographs in Welsh', () => photographEverything('cy'))

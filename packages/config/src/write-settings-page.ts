import { writeFileSync } from 'node:fs'
import { writeSettingsPage } from './settings-page.ts'

writeFileSync(new URL('../SETTINGS.md', import.meta.url), writeSettingsPage())

/** Environment to typed configuration, and the types that print `[REDACTED]`. */
export type { DisclosureKey, DisclosurePublicKey } from './forms.ts'
export {
  type ApiConfig,
  type GatewayConfig,
  type MigrateConfig,
  type ProcessConfig,
  readApiConfig,
  readGatewayConfig,
  readMigrateConfig,
  readWebConfig,
  readWorkerConfig,
  type StoreConfig,
  type WebConfig,
  type WorkerConfig,
} from './process-configs.ts'
export { PhoneNumber, Secret } from './secret.ts'
export { type ProcessName, SETTINGS_TABLE, type SettingName, type SettingRow } from './settings.ts'
export { SettingsError, type SettingsErrorCode } from './settings-error.ts'
export { writeSettingsPage } from './settings-page.ts'
export type { Environment } from './settings-reader.ts'

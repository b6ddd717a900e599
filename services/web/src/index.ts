export { buildWeb, builtFiles, type WebSettings } from './build-web.ts'

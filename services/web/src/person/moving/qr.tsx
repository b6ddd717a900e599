export { Qr } from '../../shared/parts/qr.tsx'

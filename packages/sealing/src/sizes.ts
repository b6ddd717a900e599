/** Length of a raw uncompressed P-256 point, and so of `enc`. */
export const POINT_BYTES = 65
/** AES-GCM's tag, at the end of every ciphertext. */
export const TAG_BYTES = 16

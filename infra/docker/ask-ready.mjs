// What the container's health check asks: is this process ready? Exits 0 when it says so within two seconds.
const url = `http://127.0.0.1:${process.env.INTERNAL_PORT}/readyz`
const ready = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
  (answer) => answer.ok,
  () => false,
)
process.exit(ready ? 0 : 1)
